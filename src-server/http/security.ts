import type { Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { arrivalOf, listenerOf } from './doors.ts'
import type { SecurityHeaders } from './headers.ts'
import type { Hosts } from './hosts.ts'

/** First in line: the headers of every answer. What people do when signed in is kept by no cache and read by no other site. */
export function setSecurityHeaders(headers: () => SecurityHeaders): Middleware {
  return async (ctx, next) => {
    ctx.set(headers())
    if (/^\/(api|auth)(\/|$)/.test(ctx.path)) {
      ctx.set({ 'Cache-Control': 'no-store', 'Cross-Origin-Resource-Policy': 'same-origin' })
    }
    await next()
  }
}

/**
 * On the network's door a `Host` that leads to us by right, else `unknown_host`; one that is no host is a `bad_request`.
 * Only a health check, which tells nothing, may come by any name.
 */
export function checkHost(hosts: Hosts): Middleware {
  return async (ctx, next) => {
    const { host = '' } = ctx.req.headers
    if (listenerOf(ctx) === 'lan' && ctx.path !== '/healthz') {
      // A request line that names a host itself is for that one (RFC 9112, section 3.2.2).
      const target = /^https?:\/\/([^/?#]*)/i.exec(ctx.req.url ?? '')?.[1]
      for (const name of target === undefined ? [host] : [host, target]) {
        requireOurs(hosts.answersTo(name, arrivalOf(ctx)), name)
      }
    }
    await next()
  }
}

function requireOurs(isOurs: boolean | undefined, host: string): void {
  if (isOurs === undefined) throw new AppError('bad_request', 'The Host header cannot be read')
  if (isOurs) return
  const name = host.replace(/:\d+$/, '').slice(0, 253)
  const fix = `To allow it, add "${name}" to allowed_hosts under [server] in config.toml`
  throw new AppError('unknown_host', `Trunk8 does not answer to the name ${name}. ${fix}`)
}
