import { isIP } from 'node:net'
import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import type { Forwarded, ReadForwarded } from '../http/client.ts'
import { arrivalOf, connectionOf } from '../http/doors.ts'
import type { Hosts } from '../http/hosts.ts'
import { isInNetworks } from '../http/networks.ts'
import { toPlainAddress } from '../http/own-addresses.ts'
import type { Settings } from '../settings/settings.ts'
import type { Sightings } from './sightings.ts'

/**
 * What a reverse proxy says of the visitor behind it, and when that counts.
 *
 * A location of nginx that sets any header of its own drops those of the locations beside it, and then lets through what
 * the visitor wrote into `X-Forwarded-For`. So a proxy is believed only if it is a trusted one and has passed on the name
 * that the visitor asked for, and of its list only the entry that the proxies themselves have put there: all to the left
 * of it is the visitor's own word. A request of a trusted proxy that does not pass is nobody's in particular.
 */
interface ForwardedOptions {
  readonly settings: () => Pick<Settings, 'proxy' | 'server'>
  readonly hosts: Pick<Hosts, 'isPublic'>
  readonly sightings: Pick<Sightings, 'note'>
}

/** The reader throws `bad_request` where the entry that counts is no address. */
export function createForwarded({ settings, hosts, sightings }: ForwardedOptions): ReadForwarded {
  return ctx => {
    const { proxy, server } = settings()
    const { remoteAddress } = connectionOf(ctx)
    const isTrusted = isInNetworks(remoteAddress, proxy.trusted)
    const forwarded = isTrusted ? readTrusted(ctx, { proxy, server, hosts }) : undefined
    sightings.note(ctx, forwarded)
    return forwarded
  }
}

function readTrusted(
  ctx: Context,
  {
    proxy: { hops },
    server: { publicUrl },
    hosts,
  }: Pick<Settings, 'proxy' | 'server'> & Pick<ForwardedOptions, 'hosts'>,
): Forwarded {
  const ours = publicUrl === '' ? undefined : schemeOf(new URL(publicUrl).protocol)
  const nobody = { address: undefined, scheme: schemeOfPage(ctx) ?? ours ?? 'http' }
  if (!hosts.isPublic(hostOf(ctx), arrivalOf(ctx))) return nobody
  const entry = listIn(ctx, 'X-Forwarded-For').at(-hops)
  if (entry === undefined) return nobody
  if (isIP(entry) === 0) {
    throw new AppError('bad_request', 'The proxy’s X-Forwarded-For has no address in the place that counts')
  }
  const schemes = listIn(ctx, 'X-Forwarded-Proto')
  return { address: toPlainAddress(entry), scheme: schemeOf(schemes.at(-hops) ?? schemes[0]) ?? ours ?? 'http' }
}

/**
 * Where nothing tells how the visitor came, our own page may that sent the request: one at this very port was opened past
 * the proxy, by a person at this computer.
 */
function schemeOfPage(ctx: Context): 'http' | 'https' | undefined {
  if (connectionOf(ctx).isEncrypted) return 'https'
  const page = ctx.get('Origin') || ctx.get('Referer')
  if (!URL.canParse(page)) return undefined
  const { protocol, port } = new URL(page)
  return protocol === 'http:' && Number(port || 80) === arrivalOf(ctx).port ? 'http' : undefined
}

/** HTTP/2 has the host under another name. */
const hostOf = ({ req: { headers } }: Context): string => headers.host ?? String(headers[':authority'] ?? '')

/** Several headers of one name are one list (RFC 9110, section 5.3). */
function listIn(ctx: Context, name: string): string[] {
  const text = ctx.get(name)
  return text === '' ? [] : text.split(',').map(entry => entry.trim())
}

function schemeOf(text: string | undefined): 'http' | 'https' | undefined {
  const scheme = text?.replace(/:$/, '').toLowerCase()
  return scheme === 'http' || scheme === 'https' ? scheme : undefined
}
