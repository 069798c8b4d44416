import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { Me, PasswordChange } from '../contract/users.ts'
import type { Log } from '../log.ts'
import type { Who } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Credentials } from './credentials.ts'
import type { UserRecord, UserStore } from './store.ts'
import type { Belongings } from './users.ts'

/** One's own profile. The name may be changed in another's name; the password is for its owner alone. */
export type OwnProfile = ReturnType<typeof createOwnProfile>

interface OwnProfileOptions {
  readonly store: UserStore
  readonly credentials: Credentials
  readonly sessions: Pick<Sessions, 'endOf'>
  readonly belongings: Pick<Belongings, 'statsOf'>
  readonly audit: Audit
  readonly log: Log
}

export function createOwnProfile({ store, credentials, sessions, belongings, audit, log }: OwnProfileOptions) {
  function self({ username }: Who): UserRecord {
    const user = store.find(username)
    if (!user) throw new AppError('sign_in_required', 'Your user is gone')
    return user
  }

  const fixedBy = (who: Who): string | undefined =>
    who.actor === undefined
      ? credentials.fixedBy(self(who))
      : `You act as ${who.displayName}: their password is reset under People`

  function get(who: Who): Me {
    const { username, displayName, isAdmin, createdAt } = self(who)
    const { links, bytes } = belongings.statsOf(username)
    return {
      ...{ username, displayName, isAdmin, links, bytes },
      createdAt: createdAt?.toISOString(),
      passwordFixedBy: fixedBy(who),
      asksCurrentPassword: asksCurrent(who),
      shortestPassword: credentials.shortest,
    }
  }

  const asksCurrentPassword = (who: Who): boolean => asksCurrent(who) && credentials.hasPassword(self(who))

  return {
    get,

    /** Whether who changes how they sign in has to give their password: not at the owner's window, nor without one. */
    asksCurrentPassword,

    /** Throws `wrong_password` where the password is asked for and this is not it. */
    async prove(who: Who, password: string | undefined): Promise<void> {
      if (asksCurrentPassword(who)) await confirm(self(who), password ?? '', { who, what: 'proof' })
    },

    async update(who: Who, displayName: string | undefined): Promise<Me> {
      if (displayName !== undefined) await store.change(self(who).username, { displayName })
      return get(who)
    },

    /** Ends the user's other sessions. Throws `wrong_password`, `invalid_input`, and `not_allowed` where it is fixed. */
    async changePassword(who: Who, { current, next }: PasswordChange): Promise<void> {
      const user = self(who)
      const why = fixedBy(who)
      if (why !== undefined) throw new AppError('not_allowed', why)
      if (asksCurrent(who)) await confirm(user, current ?? '', { who, what: 'password change' })
      await credentials.check(next, 'next', user)
      await credentials.set(user, next)
      await sessions.endOf(user.username, { except: who.sessionId })
      await audit.record(who, 'password_changed')
    },
  }

  async function confirm(user: UserRecord, current: string, { who: { from }, what }: Asking): Promise<void> {
    try {
      await credentials.confirm(user, current)
    } catch (error) {
      if (error instanceof AppError) log.warn(`Failed ${what} of ${user.username} from ${from}: ${error.code}`)
      throw error
    }
  }
}

/** Who shows a password, and what for. */
interface Asking {
  readonly who: Who
  readonly what: string
}

/** Whoever sits at the owner's own window has the keychain as well. */
const asksCurrent = ({ door }: Who): boolean => door === 'lan'
