import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import type { SignInMethod } from '../contract/session-list.ts'
import { clientOf } from '../http/client.ts'
import type { AccountPace } from '../limits/account-pace.ts'
import type { Log } from '../log.ts'
import { describeAgent } from '../sessions/agent.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Failure, Failures } from './failures.ts'

/**
 * The one way in, whatever somebody shows to be let in by: a session begins here and nowhere else, and what is refused is
 * counted here.
 */
export type SignIns = ReturnType<typeof createSignIns>

interface SignInOptions {
  readonly sessions: Sessions
  readonly failures: Failures
  /** Slows down whoever guesses at one account from many addresses. */
  readonly pace: AccountPace
  readonly log: Log
}

export function createSignIns({ sessions, failures, pace, log }: SignInOptions) {
  return {
    /** Begins a session of this user and gives the browser its cookie. What it was signed in to before ends. */
    async begin(
      ctx: Context,
      username: string,
      { isRemembered, method }: { readonly isRemembered: boolean; readonly method: SignInMethod },
    ): Promise<{ readonly csrfToken: string }> {
      await sessions.endByIds(sessions.cookie.all(ctx))
      const { address } = clientOf(ctx)
      const agent = describeAgent(ctx.get('User-Agent'))
      const { id, csrfToken, maxAge } = await sessions.start({ username, isRemembered, method, address, agent })
      sessions.cookie.write(ctx, id, maxAge)
      pace.welcome(username, clientOf(ctx))
      log.info(`${username} signed in from ${address} (${method})`)
      return { csrfToken }
    },

    /** Runs a check, and counts a refusal: any `AppError` of status 401. Throws `rate_limited` as `pace` does. */
    async attempt<T>(
      ctx: Context,
      { kind, username }: Pick<Failure, 'kind'> & { readonly username: string },
      check: () => Promise<T>,
    ): Promise<T> {
      try {
        await pace.takeTurn(username, clientOf(ctx))
        return await check()
      } catch (error) {
        if (error instanceof AppError) {
          const client = clientOf(ctx)
          log.warn(`Failed sign-in as ${JSON.stringify(username)} from ${client.address}: ${error.code}`)
          if (error.code === 'bad_credentials') failures.report({ client, kind, username })
        }
        throw error
      }
    },
  }
}
