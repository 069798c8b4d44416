import type { Context } from 'koa'
import { clientOf } from './client.ts'
import { arrivalOf } from './doors.ts'
import type { Hosts } from './hosts.ts'

/**
 * Whether a request comes from a page that is not ours, as the browser says of itself, which no page can change: by
 * `Origin`, and where it is left out by `Sec-Fetch-Site` (W3C Fetch Metadata) or else by `Referer`. Another port of this
 * host, and a page without an origin (`null`), are as foreign as any other site. What says nothing of all this is a
 * program, or a browser from before 2020: then a session takes its token, and without one there is nothing to misuse.
 */
export function isFromElsewhere(ctx: Context, hosts: Pick<Hosts, 'isOurOrigin'>): boolean {
  const asked = { arrival: arrivalOf(ctx), scheme: clientOf(ctx).scheme, host: ctx.get('Host') }
  const isForeign = (origin: string) => !hosts.isOurOrigin(origin, asked)
  const [origin, site, referer] = [ctx.get('Origin'), ctx.get('Sec-Fetch-Site'), ctx.get('Referer')]
  if (origin !== '') return isForeign(origin)
  if (site !== '') return site !== 'same-origin' && site !== 'none'
  return referer !== '' && isForeign(URL.canParse(referer) ? new URL(referer).origin : referer)
}
