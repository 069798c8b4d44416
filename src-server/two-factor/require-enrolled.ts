import type { Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { totpQrPath } from '../contract/two-factor.ts'
import { forgetWho, whoOf } from '../http/doors.ts'

/**
 * After whoever sends a request is known: who has yet to set up the second step that the instance asks for may do just that,
 * see who they are, and sign out. Elsewhere they are a visitor like any other.
 */
export function requireEnrolled(): Middleware {
  return async (ctx, next) => {
    if (whoOf(ctx)?.mustEnrol) {
      if (!/^\/(api|auth)(\/|$)/.test(ctx.path)) forgetWho(ctx)
      else if (!isOpen.has(`${ctx.method} ${ctx.path}`)) {
        throw new AppError('two_factor_required', 'Set up your second step first')
      }
    }
    await next()
  }
}

const { get, start, confirm } = api.twoFactor
const isOpen: ReadonlySet<string> = new Set([
  ...[get, start, confirm, api.me.get, api.settings.welcome].map(({ method, path }) => `${method} ${path}`),
  ...[api.sessions.get, api.sessions.signIn, api.sessions.signOut].map(({ method, path }) => `${method} ${path}`),
  `GET ${totpQrPath}`,
  `GET ${api.sessions.signIn.path}`,
])
