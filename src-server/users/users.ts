import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { DeletionPreview, NewUser, UserChanges, UserDetails } from '../contract/users.ts'
import { isSelf, type Who } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SignInFacts } from '../sign-in/ways.ts'
import type { UserFolders } from '../storage/user-folders.ts'
import type { Credentials } from './credentials.ts'
import { generatePassword } from './generate-password.ts'
import type { Removal } from './removal.ts'
import { isSameName, type UserRecord, type UserStore } from './store.ts'

/**
 * Who there is, and how an admin makes, changes and removes users. `admin` is always there; nobody removes or demotes
 * themselves. Every act is in the audit trail.
 */
export type Users = ReturnType<typeof createUsers>

/** What users have, as the features that keep it say. */
export interface Belongings {
  statsOf(owner: string): { readonly links: number; readonly files: number; readonly bytes: number }
  /** Some of their links, the most visited first. */
  sampleOf(owner: string, limit: number): DeletionPreview['sample']
  /** Why their links cannot be read, as a sentence. */
  problemOf(owner: string): string | undefined
  /** What else they sign in with. */
  waysOf(username: string): SignInFacts
  /** Takes that away: a name that is given anew begins without. */
  forgetWays(username: string): Promise<void>
  /** Resolves when links can be made for everybody in users.toml, and for nobody else. */
  follow(): Promise<void>
}

interface UsersOptions {
  readonly store: UserStore
  readonly credentials: Credentials
  readonly sessions: Pick<Sessions, 'countOf' | 'endOf'>
  readonly belongings: Belongings
  readonly folders: UserFolders
  readonly removal: Removal
  /** Whether somebody signs in by something else than a password. */
  readonly hasOtherWayIn: (username: string) => boolean
  readonly audit: Audit
}

export interface WithPassword {
  readonly user: UserDetails
  readonly password?: string
}

export function createUsers(options: UsersOptions) {
  const { store, credentials, sessions, belongings, folders, removal, audit } = options
  // A name that is just going is not given away before all that was under it is gone.
  const inTurn = createTurn()

  function get(username: string): UserRecord {
    const user = store.find(username)
    if (!user) throw new AppError('not_found', `There’s no user called ${username}`)
    return user
  }

  function describe(user: UserRecord): UserDetails {
    const { username, displayName, isAdmin, createdAt } = user
    const { links, bytes } = belongings.statsOf(username)
    return {
      ...{ username, displayName, isAdmin, links, bytes },
      createdAt: createdAt?.toISOString(),
      sessions: sessions.countOf(username),
      ...belongings.waysOf(username),
      problem: whyShutOut(user) ?? belongings.problemOf(username),
    }
  }

  /** What keeps them from signing in, as a sentence; whoever comes in another way needs no password. */
  function whyShutOut(user: UserRecord): string | undefined {
    const needsNone = user.passwordHash === undefined && options.hasOtherWayIn(user.username)
    return needsNone ? undefined : credentials.problemOf(user)
  }

  /** The password to set, and as told to the caller: only one that was made is told. */
  async function choosePassword(
    given: string | undefined,
    user: Pick<UserRecord, 'username' | 'displayName'>,
  ): Promise<{ password: string; told: { password?: string } }> {
    if (given === undefined) {
      const password = generatePassword()
      return { password, told: { password } }
    }
    await credentials.check(given, 'password', user)
    return { password: given, told: {} }
  }

  async function create(who: Who, given: NewUser): Promise<WithPassword> {
    const { username, displayName = username } = given
    const { password, told } = await choosePassword(given.password, { username, displayName })
    await add(who, given, await credentials.hash(password))
    return { user: describe(get(username)), ...told }
  }

  async function add(who: Who, given: Omit<NewUser, 'password'>, passwordHash?: string): Promise<void> {
    const { username, displayName = username, isAdmin } = given
    const isFree = !store.names().some(name => isSameName(name, username))
    if (isFree && (await folders.holdsAnything(name => isSameName(name, username)))) throw folderTaken(username)
    await store.add(username, { displayName, isAdmin, passwordHash })
    // Whoever had this name before is not signed in as the new one.
    await Promise.all([sessions.endOf(username), belongings.forgetWays(username), belongings.follow()])
    await audit.record(who, 'user_created', { target: username, isAdmin })
  }

  async function remove(who: Who, username: string): Promise<void> {
    get(username)
    if (username === 'admin') throw refuse('The admin can’t be deleted')
    if (isSelf(who, username)) throw refuse('You can’t delete yourself. Ask another admin')
    const { links, files, bytes } = belongings.statsOf(username)
    await removal.remove(username)
    await audit.record(who, 'user_removed', { target: username, links, files, bytes })
  }

  return {
    find: store.find,

    list: (): UserDetails[] =>
      store
        .names()
        .flatMap(name => store.find(name) ?? [])
        .map(describe),

    details: (username: string): UserDetails => describe(get(username)),

    /** Throws `conflict` for a name that is taken, and `invalid_input` for a password that is too short. */
    create: (who: Who, given: NewUser): Promise<WithPassword> => inTurn(() => create(who, given)),

    /** For whoever comes in another way. Throws `conflict` for a name that is taken. */
    createWithoutPassword: (who: Who, given: Omit<NewUser, 'password'>): Promise<void> => inTurn(() => add(who, given)),

    /** Whoever becomes an admin, or no longer is one, signs in anew. */
    async update(who: Who, username: string, { displayName, isAdmin }: UserChanges): Promise<UserDetails> {
      const user = get(username)
      const isOtherRole = isAdmin !== undefined && isAdmin !== user.isAdmin
      if (isOtherRole && username === 'admin') throw refuse('The admin stays an admin')
      if (isOtherRole && isSelf(who, username)) throw refuse('You can’t change your own role. Ask another admin')
      await store.change(username, { displayName, isAdmin })
      if (isOtherRole) await sessions.endOf(username)
      await audit.record(who, 'user_changed', { target: username, displayName, isAdmin })
      return describe(get(username))
    },

    /** Ends all their sessions. */
    async resetPassword(who: Who, username: string, given?: string): Promise<WithPassword> {
      const user = get(username)
      if (username === 'admin') throw refuse('The admin changes their own password, in their profile')
      if (isSelf(who, username)) throw refuse('Change your own password in your profile')
      const { password, told } = await choosePassword(given, user)
      await credentials.set(user, password)
      await sessions.endOf(username)
      await audit.record(who, 'password_reset', { target: username })
      return { user: describe(get(username)), ...told }
    },

    deletionPreview(username: string): DeletionPreview {
      const { displayName } = get(username)
      const sample = belongings.sampleOf(username, 5)
      return { username, displayName, ...belongings.statsOf(username), sessions: sessions.countOf(username), sample }
    },

    /** For good, with their folder and sessions. */
    remove: (who: Who, username: string): Promise<void> => inTurn(() => remove(who, username)),
  }
}

/** One piece of work after the other, whatever became of the one before. */
function createTurn() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work)
    last = run.catch(() => {})
    return run
  }
}

const refuse = (why: string) => new AppError('not_allowed', why)

const folderTaken = (name: string) =>
  new AppError(
    'conflict',
    `A folder called ${name} still holds files of somebody. Choose another name, or move it away`,
  )
