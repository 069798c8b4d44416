import { AppError } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import { hashPassword, isWeakHash, UnreadableHash, verifyPassword } from './passwords.ts'
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
  /** Nobody's: checked for users who do not exist, so that they take as long as those who do. */
  const dummyHash = await hashPassword(adminHash)

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
      if (!user || !stored) await verifyPassword(dummyHash, password)
      if (!user || !stored || !(await isTheirs(user, stored, password))) {
        throw new AppError('bad_credentials', 'The name or the password is not right')
      }
      if (isWeakHash(stored)) await store.setPasswordHash(user.username, await hashPassword(password))
      return user
    },
  }
}
