import { createHmac } from 'node:crypto'
import { AppError } from '../contract/errors.ts'
import type { Secrets } from '../index.ts'
import type { Log } from '../log.ts'
import type { DeriveKey } from '../secret-key/derive.ts'
import { createAdminPassword } from './admin-password.ts'
import { requireGood } from './password-rules.ts'
import { hashPassword, type NewHashForm, UnreadableHash, verifyPassword } from './passwords.ts'
import type { UserRecord, UserStore } from './store.ts'
import { decoyOf, isWeakHash, readHash, type StoredHash } from './stored-hash.ts'

/**
 * Whose a password is, and how it becomes another. Users' hashes stand in users.toml; the admin's password is kept by
 * the host, and here only as a hash in memory. How long a refusal takes tells nothing.
 */
export type Credentials = Awaited<ReturnType<typeof createCredentials>>

export interface PasswordRules {
  /** Of new hashes. */
  readonly hash: NewHashForm
  /** Characters. */
  readonly minLength: number
}

/** Whose password was shown, and the `markOf` it: a session may begin for as long as that is theirs. */
interface Shown {
  readonly user: UserRecord
  readonly mark: string
}

interface CredentialsOptions {
  readonly store: UserStore
  readonly secrets: Omit<Secrets, 'secretKey'>
  readonly rules: () => PasswordRules
  /** Name of the instance. */
  readonly name: () => string
  readonly derive: DeriveKey
  readonly log: Log
}

export async function createCredentials({ store, secrets, rules, name, derive, log }: CredentialsOptions) {
  const ofInstance = () => ({ trunk8: 'the name of this program', [name()]: 'the name of this Trunk8' })
  const admin = await createAdminPassword(secrets, () => ({ admin: 'the user name', ...ofInstance() }))

  const hashOf = (user: UserRecord | undefined) => (user?.username === 'admin' ? admin.hash : user?.passwordHash)

  async function isTheirs(user: UserRecord, password: string): Promise<boolean> {
    const stored = hashOf(user)
    try {
      return stored !== undefined && (await verifyPassword(stored, password))
    } catch (error) {
      if (!(error instanceof UnreadableHash)) throw error
      log.error(`${user.username} cannot sign in: the password_hash in users.toml cannot be read`, error)
      return false
    }
  }

  /** The dearest hash of each form that anybody here has. */
  function dearest(): StoredHash[] {
    const stored = [admin.hash, ...store.names().map(name => store.find(name)?.passwordHash ?? '')]
    // A bare digest takes no time that anybody could measure.
    const costly = stored.flatMap(hash => readHash(hash) ?? []).filter(({ form }) => form !== 'sha256')
    const byForm = new Map<string, StoredHash>()
    for (const hash of costly) if (hash.cost >= (byForm.get(hash.form)?.cost ?? 0)) byForm.set(hash.form, hash)
    return [...byForm.values()]
  }

  /** Makes every refusal take as long as any other, so that its time does not tell who exists. */
  async function spendRest(stored: string | undefined, password: string): Promise<void> {
    const spent = stored === undefined ? undefined : readHash(stored)
    for (const hash of dearest()) {
      if (spent?.form !== hash.form || spent.cost < hash.cost) await verifyPassword(decoyOf(hash), password)
    }
  }

  /** A hash that is too weak becomes a better one; if it cannot, the person is let in all the same. */
  async function strengthen(user: UserRecord, password: string): Promise<void> {
    const stored = user.passwordHash
    if (stored === undefined || !isWeakHash(stored)) return
    try {
      await store.strengthen(user.username, stored, await hashPassword(password, rules().hash))
    } catch (error) {
      log.warn(`The old password hash of ${user.username} stays as it is: ${error}`)
    }
  }

  /** Another one for another password or role of this user, which tells nothing of either. */
  function markOf(username: string): string {
    const { passwordHash = '', isAdmin = false } = store.find(username) ?? {}
    const restsOn = JSON.stringify([username, username === 'admin' ? admin.current : passwordHash, isAdmin])
    return createHmac('sha256', derive('password mark', 32)).update(restsOn).digest('base64url')
  }

  async function signIn(username: string, password: string): Promise<Shown> {
    const user = store.find(username === '' ? 'admin' : username)
    const stored = hashOf(user)
    if (!user || !(await isTheirs(user, password))) {
      await spendRest(hashOf(user), password)
      throw new AppError('bad_credentials', 'The name or the password is not right')
    }
    const isSame = () => hashOf(store.find(user.username)) === stored
    if (isSame()) await strengthen(user, password)
    // Whether it was made stronger or changed while it was looked at: what counts is what is kept now.
    return isSame() ? { user, mark: markOf(user.username) } : signIn(username, password)
  }

  return {
    admin,

    /** Characters that a new password has at least. */
    get shortest(): number {
      return rules().minLength
    },

    /** Throws `invalid_input`, about the field `path`, for a password that may not be this user's. */
    async check(password: string, path: string, user: Pick<UserRecord, 'username' | 'displayName'>): Promise<void> {
      const known = { [user.displayName]: 'the name', [user.username]: 'the user name', ...ofInstance() }
      await requireGood(password, path, { shortest: rules().minLength, known })
    },

    /** A new password → what users.toml keeps of it. Throws as `hashPassword` does. */
    hash: (password: string): Promise<string> => hashPassword(password, rules().hash),

    markOf,

    /** Why this user's password cannot be changed, as a sentence. */
    fixedBy(user: UserRecord): string | undefined {
      if (user.username === 'admin') return admin.fixedBy()
      return hashOf(user) === undefined ? comesFromElsewhere : undefined
    },

    /** Whoever comes by another way alone, as by a provider, may have none. */
    hasPassword: (user: UserRecord): boolean => hashOf(user) !== undefined,

    /** What keeps this user from signing in, as a sentence. */
    problemOf(user: UserRecord): string | undefined {
      const stored = hashOf(user)
      if (stored === undefined) return 'They have no password yet, so they cannot sign in. Reset it to give them one'
      if (readHash(stored)) return undefined
      return 'Their password in users.toml is in a form that is never accepted, so they cannot sign in. Reset it'
    },

    /**
     * The user whose password this is at the moment of the answer; an empty name is the admin's. Throws `bad_credentials`,
     * the same for a wrong password and for a name that nobody has.
     */
    signIn,

    /** Throws `wrong_password`, after as long as a sign-in takes. */
    async confirm(user: UserRecord, password: string): Promise<void> {
      if (await isTheirs(user, password)) return
      await spendRest(hashOf(user), password)
      throw new AppError('wrong_password', 'That’s not your present password')
    },

    /** Makes a password theirs; it counts once it is kept. Throws `not_allowed` where `fixedBy` says why. */
    async set({ username }: UserRecord, password: string): Promise<void> {
      if (username === 'admin') await admin.save(password)
      else await store.change(username, { passwordHash: await hashPassword(password, rules().hash) })
    },
  }
}

const comesFromElsewhere = 'You sign in at another service, so you have no password here. The admin can give you one'
