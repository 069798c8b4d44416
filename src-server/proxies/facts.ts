import { networkInterfaces } from 'node:os'
import { AppError } from '../contract/errors.ts'
import { isPublicName } from '../http/host-names.ts'
import type { RateLimit, Settings } from '../settings/settings.ts'

/** What a proxy’s configuration is written from. */
export interface ProxyFacts {
  /** Of the public address. */
  readonly scheme: 'http' | 'https'
  readonly name: string
  readonly port: number
  /** The port as it stands after the name; empty where the scheme implies it. */
  readonly portInUrl: string
  /** A name of the public internet: one that can have a certificate which browsers know. */
  readonly isPublicName: boolean
  /** This server, as the proxy on this computer reaches it. */
  readonly upstream: { readonly scheme: 'http' | 'https'; readonly host: string; readonly port: number }
  /** Megabytes (1024²) that a request may have, the form around a file included; 0: any. */
  readonly maxBodyMb: number
  /** Undefined: nobody is limited. */
  readonly limits: { readonly login: RateLimit; readonly rest: RateLimit } | undefined
  readonly hasIpv6: boolean
}

const megabyte = 1024 * 1024

/** `port`: on which this server listens. Throws `conflict` where the settings have no public address that a proxy can serve. */
export function proxyFacts(settings: Settings, port: number): ProxyFacts {
  const { server, uploads, tls, rateLimit } = settings
  const url = publicUrlOf(server.publicUrl)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const { maxFileSize } = uploads
  return {
    scheme,
    name: url.hostname,
    port: Number(url.port) || (scheme === 'https' ? 443 : 80),
    portInUrl: url.port === '' ? '' : `:${url.port}`,
    isPublicName: isPublicName(url.hostname),
    upstream: { scheme: tls.mode === 'only' ? 'https' : 'http', host: upstreamHost(server.host), port },
    maxBodyMb: maxFileSize === null ? 0 : Math.ceil(maxFileSize / megabyte) + 1,
    limits: rateLimit.isOn ? { login: rateLimit.login, rest: wider(rateLimit.general, rateLimit.signedIn) } : undefined,
    hasIpv6: Object.values(networkInterfaces()).some(infos => infos?.some(({ family }) => family === 'IPv6')),
  }
}

/** Throws `conflict`. */
export function publicUrlOf(text: string): URL {
  const path = 'server.public_url'
  if (text === '') {
    const message = 'Set the public address first: it is the name that the proxy answers to'
    throw new AppError('conflict', message, { errors: [{ path, message }] })
  }
  const url = new URL(text)
  if (url.pathname === '/') return url
  const message = 'The public address has a path, and Trunk8 needs a name to itself, such as https://share.example.com'
  throw new AppError('conflict', message, { errors: [{ path, message }] })
}

const upstreamHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** A proxy cannot tell who is signed in, so it lets through what they may; visitors meet their own limit here. */
const wider = (one: RateLimit, other: RateLimit): RateLimit => ({
  perMinute: Math.max(one.perMinute, other.perMinute),
  burst: Math.max(one.burst, other.burst),
})
