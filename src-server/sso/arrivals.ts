import type { Context } from 'koa'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { SsoProvider } from '../contract/sso.ts'
import { clientOf } from '../http/client.ts'
import { whoOf } from '../http/doors.ts'
import type { Log } from '../log.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { Accounts, Proven } from './accounts.ts'
import type { Journey } from './journeys.ts'
import { reasonOf, refused } from './refusal.ts'

/** The end of a journey: signed in, or linked, or turned away with a reason that the log and the audit trail keep. */
export type Arrivals = ReturnType<typeof createArrivals>

interface ArrivalsOptions {
  readonly accounts: Accounts
  readonly signIns: SignIns
  readonly audit: Audit
  readonly log: Log
}

export const ownSignInPath = '/#/settings/sign-in'

export function createArrivals({ accounts, signIns, audit, log }: ArrivalsOptions) {
  return {
    /** Lets in whoever was proven, or links what was proven with who asked for that, and sends the browser on. */
    async arrive(ctx: Context, journey: Journey, proven: Proven, autoCreate: boolean): Promise<void> {
      const { provider } = proven.identity
      if (journey.link) {
        const who = whoOf(ctx)
        const isSamePerson = who?.sessionId === journey.link.sessionId && who.username === journey.link.username
        if (!who || !isSamePerson) throw refused(signedOutMeanwhile, 'whoever began the link is not signed in any more')
        await accounts.link(who, proven)
        return sendTo(ctx, ownSignInPath)
      }
      const username = await accounts.signIn(proven, { autoCreate, from: clientOf(ctx).address })
      // The provider has seen to a second step, if it asks for one.
      await signIns.begin(ctx, username, { isRemembered: false, method: provider })
      sendTo(ctx, journey.next)
    },

    /** Does a part of a journey, and writes down why it ended early. Rejects as `work` does. */
    async watch<T>(ctx: Context, provider: SsoProvider, work: () => Promise<T>): Promise<T> {
      try {
        return await work()
      } catch (error) {
        if (error instanceof AppError && error.code === 'provider_failed') {
          log.warn(`Signing in by ${provider} failed: ${error.message} (${reasonOf(error)})`)
        }
        if (error instanceof AppError && error.code === 'bad_credentials') {
          const { address } = clientOf(ctx)
          const reason = reasonOf(error)
          log.warn(`Failed sign-in by ${provider} from ${address}: ${reason}`)
          await audit.record(strangerAt(address), 'sign_in_refused', { method: provider, reason })
        }
        throw error
      }
    },
  }
}

const signedOutMeanwhile = 'You are not signed in here any more. Sign in, then link the account once more'

const strangerAt = (from: string) => ({ username: '', displayName: '', isAdmin: false, door: 'lan', from }) as const

export function sendTo(ctx: Context, location: string): void {
  ctx.status = 303
  ctx.set('Location', location)
  ctx.set('Cache-Control', 'no-store')
  ctx.body = ''
}
