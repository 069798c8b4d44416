import type { Context, Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { trustPaths } from '../contract/tls.ts'
import { clientOf } from '../http/client.ts'
import { connectionOf } from '../http/doors.ts'
import { pageStyles } from '../http/pages.ts'
import type { Settings } from '../settings/settings.ts'

/**
 * What may come without encryption. With `only`, nothing but what leads to https. With `dual`, whatever carries no secret:
 * a guest opens a link without a warning, and a password never crosses the network in the clear. Who sits at this computer
 * needs neither.
 */
interface HttpsRulesOptions {
  readonly settings: { readonly current: Pick<Settings, 'tls' | 'server'> }
  /** Where https answers. */
  readonly sharing: { readonly status: () => { readonly port: number } }
  /** Whether a code is that of a link with a password. */
  readonly hasPassword: (code: string) => boolean
  readonly sessions: { readonly cookie: { all(ctx: Context): readonly string[] } }
}

/** Throws `https_required`. */
export function requireHttps(options: HttpsRulesOptions): Middleware {
  return async (ctx, next) => {
    const answer = rule(ctx, options)
    if (answer === 'serve') return next()
    if (answer === 'refuse') {
      throw new AppError(
        'https_required',
        `This needs an encrypted connection. Use ${secureAddress(ctx, options, '/')}`,
      )
    }
    ctx.status = answer
    // Never remembered: encryption may be switched off again.
    ctx.set({ Location: secureAddress(ctx, options, pathOf(ctx)), 'Cache-Control': 'no-store' })
    ctx.body = ''
  }
}

type Rule = 'serve' | 'refuse' | 301 | 307

function rule(ctx: Context, { settings, sharing, hasPassword, sessions }: HttpsRulesOptions): Rule {
  const { tls, server } = settings.current
  const { scheme, isOwn, isDesktop } = clientOf(ctx)
  if (tls.mode === 'off' || scheme === 'https' || isDesktop || isAlwaysOpen(ctx.path)) return 'serve'
  const isLook = ['GET', 'HEAD'].includes(ctx.method)
  const { localPort } = connectionOf(ctx)
  const isRedirectPort = localPort === server.redirectPort && localPort !== sharing.status().port
  if (tls.mode === 'only' || isRedirectPort) return isLook ? 301 : 'refuse'
  if (isOwn || tls.allowHttpLogin) return 'serve'
  const isKey = /^Bearer /i.test(ctx.get('Authorization')) || ctx.get('X-API-Key') !== ''
  if (isKey) return 'refuse'
  const isApi = /^\/api(\/|$)/.test(ctx.path)
  if (isApi) return sessions.cookie.all(ctx).length === 0 ? 'serve' : 'refuse'
  if (isSignIn(ctx)) return isLook ? 307 : 'refuse'
  if (!codesIn(ctx.path).some(hasPassword)) return 'serve'
  return isLook && ctx.get('Authorization') === '' ? 307 : 'refuse'
}

/** What a device needs to trust this server, and what tells that it lives. */
const isAlwaysOpen = (path: string): boolean =>
  path === '/healthz' || path === pageStyles || Object.values<string>(trustPaths).includes(path)

/** The interface asks for a password as soon as it is there. With a code it only leads to a link. */
const isSignIn = ({ path, query }: Context): boolean =>
  /^\/auth(\/|$)/.test(path) || (path === '/' && query.code === undefined)

/** Codes that a path may mean: `/CODE`, and `/CODE+` about it. */
function codesIn(path: string): string[] {
  try {
    const code = decodeURIComponent(/^\/([^/]+)$/.exec(path)?.[1] ?? '').normalize('NFC')
    return code.endsWith('+') ? [code, code.slice(0, -1)] : [code]
  } catch {
    return []
  }
}

/**
 * The same place on https. The `Host` was found to be ours before; its port is the one that the visitor knows, so that
 * whatever stands between keeps working.
 */
function secureAddress(ctx: Context, { settings, sharing }: HttpsRulesOptions, path: string): string {
  const asked = new URL(`http://${ctx.get('Host')}`)
  const { port } = sharing.status()
  const { localPort } = connectionOf(ctx)
  const isElsewhere =
    localPort !== undefined && localPort !== port && localPort === settings.current.server.redirectPort
  const isPort80 = asked.port === '' && localPort === 80
  const url = new URL(`https://${asked.hostname}`)
  url.port = isElsewhere ? String(port) : isPort80 ? '80' : asked.port
  return `${url.origin}${path}`
}

/** A path may be asked for as a whole address (RFC 9112, section 3.2.2). */
function pathOf({ req: { url = '/' } }: Context): string {
  if (url.startsWith('/')) return url
  const { pathname, search } = URL.canParse(url) ? new URL(url) : new URL('http://localhost/')
  return pathname + search
}
