import type { Context, Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { ssoPaths } from '../contract/sso.ts'
import { clientOf } from '../http/client.ts'
import { whoOf } from '../http/doors.ts'
import type { Limits } from './limits.ts'

/** Who sent it is known by then. The interface's own files are free: a page and all that it needs is one request. */
export function limitRequests(limits: Limits): Middleware {
  return async (ctx, next) => {
    if (isSignIn(ctx)) limits.countLogin(clientOf(ctx))
    else if (!isOwnFile(ctx)) limits.count(clientOf(ctx), whoOf(ctx))
    await next()
  }
}

/**
 * Before `identify`: an API key that nobody has counts as a sign-in. It is no use to refuse it unseen, since nobody guesses
 * 256 bits; and whoever has a right one must not suffer for another who tries at the same address.
 */
export function limitWrongKeys(limits: Limits): Middleware {
  return async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      if (error instanceof AppError && error.code === 'bad_api_key') limits.countLogin(clientOf(ctx))
      throw error
    }
  }
}

/** By its beginning, as nginx's `location /auth/login` has it; the other ways to sign in are below `/auth` too. */
const isSignIn = ({ path }: Context): boolean => path.startsWith('/auth/') && !onTheWay.has(path)

/** What decides nothing, so that one sign-in counts once: by a provider where it comes back, by a passkey at its end. */
const onTheWay: ReadonlySet<string> = new Set([
  ...[api.sessions.signOut.path, api.passkeys.signInOptions.path],
  ...[ssoPaths.oidc, ssoPaths.saml, ssoPaths.samlFinish, ssoPaths.samlMetadata],
])

const isOwnFile = ({ method, path }: Context): boolean =>
  ['GET', 'HEAD'].includes(method) && path.startsWith('/static/')
