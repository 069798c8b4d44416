import { randomBytes } from 'node:crypto'
import { AppError } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import { costOf, hashPassword, isWeakHash, UnreadableHash, verifyPassword } from './passwords.ts'
import type { UserRecord, UserStore } from './store.ts'

/** Who there is, and whether a password is theirs. The admin's password comes from the host and is kept as a hash in memory. */
export type Users = Awaited<ReturnType<typeof createUsers>>

interface UsersOptions {
  readonly store: UserStore
  readonly adminPassword: string
  readonly log: Log
}

export async function createUsers({ store, adminPassword, log }: UsersOptions) {
  const adminHash = await hashPassword(adminPassword)
  /** Nobody's, in each form that takes its time. */
  const dummies = {
    argon2: await hashPassword(adminHash),
    pbkdf2: `pbkdf2$600000$${randomBytes(32).toString('hex')}$${randomBytes(32).toString('hex')}`,
  }

  const hashOf = (user: UserRecord | undefined) => (user?.username === 'admin' ? adminHash : user?.passwordHash)

  async function isTheirs(user: UserRecord, stored: string, password: string): Promise<boolean> {
    try {
      return await verifyPassword(stored, password)
    } catch (error) {
      if (!(error instanceof UnreadableHash)) throw error
      log.error(`${user.username} cannot sign in: the password_hash in users.toml cannot be read`, error)
      return false
    }
  }

  /** Makes every failed sign-in take as long as any other, so that its time does not tell who exists. */
  async function spendRest(stored: string | undefined, password: string): Promise<void> {
    const spent = stored === undefined ? 'nothing' : costOf(stored)
    const hashes = store.names().map(name => store.find(name)?.passwordHash ?? '')
    if (spent !== 'argon2') await verifyPassword(dummies.argon2, password)
    if (spent !== 'pbkdf2' && hashes.some(hash => costOf(hash) === 'pbkdf2'))
      await verifyPassword(dummies.pbkdf2, password)
  }

  return {
    find: store.find,
    names: store.names,

    /**
     * The user whose password this is; an empty name is the admin's. Throws `bad_credentials`, the same for a wrong
     * password and for a name that nobody has.
     */
    async signIn(username: string, password: string): Promise<UserRecord> {
      const user = store.find(username === '' ? 'admin' : username)
      const stored = hashOf(user)
      if (!user || !stored || !(await isTheirs(user, stored, password))) {
        await spendRest(stored, password)
        throw new AppError('bad_credentials', 'The name or the password is not right')
      }
      if (isWeakHash(stored)) await store.setPasswordHash(user.username, await hashPassword(password))
      return user
    },
  }
}
