import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Audit } from '../audit/audit.ts'
import { AppError, type ErrorCode } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { totpQrPath } from '../contract/two-factor.ts'
import type { EventHub } from '../events/hub.ts'
import { whoOf } from '../http/doors.ts'
import { renderQr } from '../http/qr.ts'
import { requireAccess, serve } from '../http/serve.ts'
import type { Guesses } from '../limits/guesses.ts'
import { isSelf, type Who } from '../policy.ts'
import { renewSession } from '../sessions/cookie.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SignInWays } from '../sign-in/ways.ts'
import type { Users } from '../users/users.ts'
import type { OwnSecondStep } from './own-second-step.ts'

interface TwoFactorServices {
  readonly signInWays: SignInWays
  readonly ownSecondStep: OwnSecondStep
  readonly guesses: Pick<Guesses, 'attempt'>
  readonly users: Pick<Users, 'find'>
  readonly sessions: Sessions
  readonly audit: Audit
  readonly events: EventHub
}

/** The calls about one's own second step, and an admin's reset of another's. */
export function twoFactorRoutes(router: Router, services: TwoFactorServices): void {
  const { ownSecondStep, guesses, sessions, audit } = services

  /** A wrong password or code counts like one of a sign-in: whoever guesses here has got hold of a session. */
  async function counted<T>(ctx: Context, who: Who, act: () => Promise<T>): Promise<T> {
    const kind = 'second_step'
    try {
      return await guesses.attempt(ctx, { kind, username: who.username }, act, wrong)
    } catch (error) {
      if (error instanceof AppError && wrong.includes(error.code)) await audit.record(who, 'sign_in_refused', { kind })
      throw error
    }
  }

  serve(router, api.twoFactor.get, (_, who) => ownSecondStep.state(who))
  serve(router, api.twoFactor.start, ({ password }, who, ctx) =>
    counted(ctx, who, () => ownSecondStep.start(who, password)),
  )
  serve(router, api.twoFactor.confirm, async ({ code }, who, ctx) => {
    const recoveryCodes = await ownSecondStep.confirm(who, code)
    await renewSession(ctx, who, sessions)
    return { recoveryCodes }
  })
  serve(router, api.twoFactor.remove, async (proof, who, ctx) => {
    await counted(ctx, who, () => ownSecondStep.remove(who, proof))
    await renewSession(ctx, who, sessions)
  })
  serve(router, api.twoFactor.makeRecoveryCodes, async (proof, who, ctx) => ({
    recoveryCodes: await counted(ctx, who, () => ownSecondStep.renewCodes(who, proof)),
  }))
  serve(router, api.twoFactor.reset, ({ name }, who) => reset(who, name, services))

  router.get(totpQrPath, ctx => {
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), api.twoFactor.start.access)
    ctx.body = renderQr(ownSecondStep.uri(who))
    ctx.type = 'image/svg+xml'
    // What a browser keeps of it would outlive the dialog.
    ctx.set('Cache-Control', 'no-store')
  })
}

/** How a wrong password and a wrong code are answered. */
const wrong: readonly ErrorCode[] = ['wrong_password', 'invalid_input']

async function reset(who: Who, username: string, services: TwoFactorServices): Promise<void> {
  const { signInWays, users, sessions, audit, events } = services
  if (!users.find(username)) throw new AppError('not_found', `There’s no user called ${username}`)
  if (isSelf(who, username)) throw new AppError('not_allowed', 'Change how you sign in yourself under Settings')
  const { twoFactor, passkeys } = signInWays.waysOf(username)
  if (!twoFactor && passkeys === 0)
    throw new AppError('conflict', `${username} has neither a second step nor a passkey`)
  await signInWays.forget(username)
  await sessions.endOf(username)
  await audit.record(who, 'two_factor_reset', { target: username, twoFactor, passkeys })
  events.publish('users', {})
}
