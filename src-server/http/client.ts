import type { Context, Middleware } from 'koa'
import { connectionOf } from './doors.ts'
import { type OwnAddresses, toPlainAddress } from './own-addresses.ts'

/**
 * Who is at the other end of a request, as far as the network tells: what limits count by, bans name and logs write down.
 */
export interface Client {
  /** In plain form; `the desktop` on the owner door. */
  readonly address: string
  /** What limits and bans count by: an IPv4 address as it is, of an IPv6 address its /64, which one household has whole. */
  readonly key: string
  /** It comes from this very computer, and from nobody behind a proxy. */
  readonly isOwn: boolean
  /** False: a trusted proxy brought it and did not say for whom, so that it is nobody's in particular. */
  readonly isAttributed: boolean
  /** The desktop's own door: never limited, banned or checked. */
  readonly isDesktop: boolean
  /** How the visitor reached us, which behind a proxy is the proxy's word. */
  readonly scheme: 'http' | 'https'
}

/** What a proxy says of the client behind it; undefined: no trusted proxy brought this request. */
export type ReadForwarded = (ctx: Context) => Forwarded | undefined

export interface Forwarded {
  /** In plain form; undefined: it does not say. */
  readonly address: string | undefined
  readonly scheme: 'http' | 'https'
}

interface FindClientOptions {
  readonly ownAddresses: OwnAddresses
  readonly readForwarded: ReadForwarded
}

/** Before all that asks `clientOf`. */
export function findClient({ ownAddresses, readForwarded }: FindClientOptions): Middleware {
  return async (ctx, next) => {
    ctx.state.client = readClient(ctx, { ownAddresses, readForwarded })
    await next()
  }
}

function readClient(ctx: Context, { ownAddresses, readForwarded }: FindClientOptions): Client {
  const { kind, remoteAddress, isEncrypted } = connectionOf(ctx)
  if (kind === 'owner') return desktop
  const forwarded = readForwarded(ctx)
  const address = (forwarded ? forwarded.address : remoteAddress) ?? remoteAddress ?? ''
  return {
    address,
    key: keyOf(address),
    isOwn: !forwarded && ownAddresses.has(remoteAddress),
    isAttributed: !forwarded || forwarded.address !== undefined,
    isDesktop: false,
    scheme: forwarded?.scheme ?? (isEncrypted ? 'https' : 'http'),
  }
}

const desktop: Client = {
  ...{ address: 'the desktop', key: 'the desktop', scheme: 'https' },
  ...{ isOwn: true, isAttributed: true, isDesktop: true },
}

/** Whoever was found; before that, the connection's other end. */
export const clientOf = (ctx: Context): Client => ctx.state.client ?? readClient(ctx, noProxies)

const noProxies: FindClientOptions = {
  ownAddresses: { list: () => new Set(), has: () => false },
  readForwarded: () => undefined,
}

/** The other end's address, for logs. */
export const remoteOf = (ctx: Context): string => clientOf(ctx).address

/** `address` in plain form → what it is counted by. */
export function keyOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const front = head.split(':').filter(Boolean)
  const back = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const whole = tail === undefined ? front : [...front, ...Array(8 - front.length - back.length).fill('0'), ...back]
  return `${toPlainAddress(`${whole.slice(0, 4).join(':')}::`)}/64`
}
