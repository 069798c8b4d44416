import type { Context, Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { type Client, clientOf } from '../http/client.ts'
import { whoOf } from '../http/doors.ts'
import { isInNetworks } from '../http/networks.ts'
import type { Log } from '../log.ts'

/**
 * From where people may sign in, if that is restricted: the guide's `allow …; deny all;` of nginx, for every way in. The
 * order of the list means nothing, and whoever is in none of it is refused. Who is signed in already stays so.
 */
interface AllowListOptions {
  readonly loginAllow: () => readonly string[]
  readonly log: Pick<Log, 'warn'>
}

/** Throws `address_not_allowed`, which is no failed sign-in: nobody has looked at a password. */
export function checkLoginAddress({ loginAllow, log }: AllowListOptions): Middleware {
  return async (ctx, next) => {
    const client = clientOf(ctx)
    if (isWayIn(ctx) && !maySignIn(client, loginAllow())) {
      log.warn(`${ctx.method} ${ctx.path} refused: ${inWords(client)} is not in login_allow under [access]`)
      throw new AppError('address_not_allowed', `Nobody can sign in from ${inWords(client)} here`)
    }
    await next()
  }
}

/** All that leads to a session, and the keys that do as much as an admin's. Signing out only takes something away. */
function isWayIn(ctx: Context): boolean {
  const { path } = ctx
  const isAuth = (path === '/auth' || path.startsWith('/auth/')) && path !== '/auth/logout'
  return isAuth || whoOf(ctx)?.apiKey?.scopes.includes('admin') === true
}

/** Whoever cannot be told from others is in no list. */
const maySignIn = ({ address, isAttributed, isDesktop }: Client, list: readonly string[]): boolean =>
  list.length === 0 || isDesktop || (isAttributed && isInNetworks(address, list))

const inWords = ({ address, isAttributed }: Client): string =>
  isAttributed ? address : `${address}, which does not say for whom it asks`

/** Throws `conflict` where a new list would shut out the very person who sets it. */
export function refuseLockOut(client: Client, list: readonly string[]): void {
  if (maySignIn(client, list)) return
  const message = `You would lock yourself out: your address, ${inWords(client)}, is not in the list`
  throw new AppError('conflict', message, { errors: [{ path: 'access.login_allow', message }] })
}
