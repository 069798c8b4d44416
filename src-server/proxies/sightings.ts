import type { Context } from 'koa'
import type { Forwarded } from '../http/client.ts'
import { arrivalOf, connectionOf } from '../http/doors.ts'
import type { Hosts } from '../http/hosts.ts'
import type { OwnAddresses } from '../http/own-addresses.ts'
import type { Log } from '../log.ts'

/**
 * What the requests themselves tell of the proxies before this server, since the last start: that one stands there which
 * nobody has named yet, and that one does not pass on who signs in.
 */
export type Sightings = ReturnType<typeof createSightings>

/** Seen so many times, last at `at` (milliseconds). */
export interface Sighting {
  readonly times: number
  readonly at: number
}

interface SightingsOptions {
  readonly ownAddresses: Pick<OwnAddresses, 'has'>
  readonly hosts: Pick<Hosts, 'isPublic'>
  readonly log: Pick<Log, 'warn'>
  /** Hears of what was not known before, and of what is over. */
  readonly onNews: () => void
  readonly now: () => number
}

export function createSightings({ ownAddresses, hosts, log, onNews, now }: SightingsOptions) {
  /** Address of a proxy that is not trusted → how often. Only this computer's own: anybody else could be making it up. */
  const strangers = new Map<string, Sighting>()
  let namelessSignIns: Sighting | undefined
  let attributed: (Sighting & { readonly address: string }) | undefined

  const again = (before: Sighting | undefined): Sighting => ({ times: (before?.times ?? 0) + 1, at: now() })

  function noteStranger(address: string): void {
    const isNews = !strangers.has(address)
    strangers.set(address, again(strangers.get(address)))
    if (!isNews) return
    log.warn(`A proxy at ${address} sends requests on, and is not in trusted under [proxy]`)
    onNews()
  }

  function noteSignIn({ address }: Forwarded): void {
    const before = namelessSignIns
    namelessSignIns = address === undefined ? again(before) : undefined
    if ((before === undefined) === (namelessSignIns === undefined)) return
    if (namelessSignIns) log.warn('The proxy’s location for /auth/login does not pass on the visitor’s address')
    onNews()
  }

  /** A person at this computer can come past the proxy, and then has no address to pass on. */
  function cameByProxy(ctx: Context): boolean {
    const origin = ctx.get('Origin')
    const isOfPublicPage = URL.canParse(origin) && hosts.isPublic(new URL(origin).host, arrivalOf(ctx))
    return isOfPublicPage || ctx.req.httpVersion === '1.0'
  }

  return {
    /** `forwarded`: what its trusted proxy says; undefined: there is none. */
    note(ctx: Context, forwarded: Forwarded | undefined): void {
      const { remoteAddress } = connectionOf(ctx)
      if (!forwarded) {
        const isStranger = ctx.get('X-Forwarded-For') !== '' && ownAddresses.has(remoteAddress)
        if (isStranger && remoteAddress !== undefined) noteStranger(remoteAddress)
        return
      }
      if (forwarded.address !== undefined) {
        const isFirst = attributed === undefined
        attributed = { ...again(attributed), address: forwarded.address }
        if (isFirst) onNews()
      }
      const isSignIn = ctx.method === 'POST' && ctx.path === '/auth/login'
      if (isSignIn && (forwarded.address !== undefined || cameByProxy(ctx))) noteSignIn(forwarded)
    },

    current: () => ({ strangers: new Map(strangers), namelessSignIns, attributed }),
  }
}
