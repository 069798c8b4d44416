import type { Context } from 'koa'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { SignInMethod } from '../contract/session-list.ts'
import { clientOf } from '../http/client.ts'
import type { AccountPace } from '../limits/account-pace.ts'
import type { Log } from '../log.ts'
import type { Who } from '../policy.ts'
import { describeAgent } from '../sessions/agent.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Users } from '../users/users.ts'
import type { Failure, Failures } from './failures.ts'

/**
 * The one way in, whatever somebody shows to be let in by: a session begins here and nowhere else, and what is refused is
 * counted here. Both stand in the audit trail. A second step is asked for where a password is shown: a passkey is both at
 * once, and a provider asks for its own.
 */
export type SignIns = ReturnType<typeof createSignIns>

interface SignInOptions {
  readonly sessions: Sessions
  readonly users: Pick<Users, 'find'>
  readonly failures: Failures
  /** Slows down whoever guesses at one account from many addresses. */
  readonly pace: AccountPace
  readonly audit: Audit
  readonly log: Log
}

interface Refused extends Pick<Failure, 'kind'> {
  readonly username: string
}

interface Begun {
  readonly isRemembered: boolean
  readonly method: SignInMethod
  /** What was shown rests on this; left out: on no password. */
  readonly mark?: string
}

export function createSignIns({ sessions, users, failures, pace, audit, log }: SignInOptions) {
  const whoIs = (ctx: Context, username: string): Who => {
    const { displayName = username, isAdmin = false } = users.find(username) ?? {}
    return { username, displayName, isAdmin, door: 'lan', from: clientOf(ctx).address }
  }

  async function refused(ctx: Context, { kind, username }: Refused): Promise<void> {
    failures.report({ client: clientOf(ctx), kind, username })
    await audit.record(whoIs(ctx, username), 'sign_in_refused', { kind })
  }

  return {
    /**
     * Begins a session of this user and gives the browser its cookie. What it was signed in to before ends. Throws as
     * `sessions.start` does.
     */
    async begin(
      ctx: Context,
      username: string,
      { isRemembered, method, mark }: Begun,
    ): Promise<{ readonly csrfToken: string }> {
      await sessions.endByIds(sessions.cookie.all(ctx))
      const { address } = clientOf(ctx)
      const agent = describeAgent(ctx.get('User-Agent'))
      const { id, csrfToken, maxAge } = await sessions.start({ username, isRemembered, method, address, agent, mark })
      sessions.cookie.write(ctx, id, maxAge)
      pace.welcome(username, clientOf(ctx))
      log.info(`${username} signed in from ${address} (${method})`)
      await audit.record(whoIs(ctx, username), 'sign_in', { method })
      return { csrfToken }
    },

    /** Runs a check, and counts a refusal: any `AppError` of status 401. Throws `rate_limited` as `pace` does. */
    async attempt<T>(ctx: Context, { kind, username }: Refused, check: () => Promise<T>): Promise<T> {
      try {
        await pace.takeTurn(username, clientOf(ctx))
        return await check()
      } catch (error) {
        if (error instanceof AppError) {
          log.warn(`Failed sign-in as ${JSON.stringify(username)} from ${clientOf(ctx).address}: ${error.code}`)
          if (error.code === 'bad_credentials') await refused(ctx, { kind, username })
        }
        throw error
      }
    },

    /** Tells that somebody has signed out. */
    ended: (who: Who): Promise<void> => audit.record(who, 'sign_out'),
  }
}
