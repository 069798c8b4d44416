import { createHash, randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import { isSecure, setCookie } from '../http/cookies.ts'
import { createExpiringMap } from '../memory/expiring-map.ts'

/**
 * Browsers that are on their way to a provider and back. Each has a secret of its own in a cookie, so that nobody can make
 * another’s browser end a journey that they began themselves (login CSRF: RFC 6749, section 10.12). A journey ends once,
 * and after ten minutes at the latest.
 */
export interface Journey {
  /** A path of ours, to go to in the end. */
  readonly next: string
  /** Who wants to link what is proven with their account; left out: somebody signs in. */
  readonly link?: { readonly username: string; readonly sessionId: string }
}

export type Journeys<T> = ReturnType<typeof createJourneys<T>>

interface Held<T> {
  readonly journey: Journey & T
  readonly browser: string
}

const lifetime = 10 * 60_000
/** So that nobody fills the memory; whoever began first begins anew. */
const most = 5000
/** Over https, one that no other host can set (RFC 6265bis, section 4.1.3.2). */
const cookieNameIn = (ctx: Context) => (isSecure(ctx) ? '__Host-t8_sso' : 't8_sso')

/** `now`: milliseconds of a clock that nobody sets back. */
export function createJourneys<T>(now?: () => number) {
  const underway = createExpiringMap<Held<T>>({ lifetime, most, now })

  return {
    /** `key`: what the provider sends back, and nobody can guess. */
    begin(ctx: Context, key: string, journey: Journey & T): void {
      const secret = randomBytes(32).toString('base64url')
      underway.set(key, { journey, browser: hashOf(secret) })
      keepInBrowser(ctx, secret)
    },

    isUnderway: (key: string): boolean => underway.get(key) !== undefined,

    /** Ends a journey in the browser that began it; undefined: there is none, it is over, or this is another browser. */
    finish(ctx: Context, key: string): (Journey & T) | undefined {
      const held = underway.take(key)
      const secret = ctx.cookies.get(cookieNameIn(ctx))
      if (!held || secret === undefined || hashOf(secret) !== held.browser) return undefined
      keepInBrowser(ctx, null)
      return held.journey
    },

    /** Goes on under another key, with more known; undefined: there is no such journey. */
    goOn: (key: string, nextKey: string, more: Partial<T>): Journey | undefined =>
      underway.move(key, nextKey, held => ({ ...held, journey: { ...held.journey, ...more } }))?.journey,

    drop: (key: string): boolean => underway.delete(key),
  }
}

function keepInBrowser(ctx: Context, secret: string | null): void {
  // Lax: the way back begins at another site, and `Strict` would stay at home (RFC 6265bis, section 5.6.7.1).
  const rules = { sameSite: 'lax', path: '/', maxAge: secret === null ? undefined : lifetime } as const
  setCookie(ctx, cookieNameIn(ctx), secret, rules)
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** A path of ours as it was asked for, or the start page: nobody is sent on to another site. */
export function safeNext(given: unknown): string {
  if (typeof given !== 'string' || given.length > 2000 || !/^\/(?![/\\])[^\\\s]*$/.test(given)) return '/'
  const here = 'http://here.invalid'
  if (!URL.canParse(given, here)) return '/'
  const { origin, pathname, search, hash } = new URL(given, here)
  const isOurs = origin === here && !pathname.startsWith('//') && !/^\/(auth|api)(\/|$)/.test(pathname)
  return isOurs ? pathname + search + hash : '/'
}
