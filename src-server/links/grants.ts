import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Entry } from './shelf.ts'

/**
 * What a visitor's browser keeps of having opened a link: for an hour it may come back, carry on a download and look at
 * the link's pages. Nothing is kept here: the cookie is signed, and ends with the password that it was given for.
 */
export type Grants = ReturnType<typeof createGrants>

/** Seconds. */
const lifetime = 3600

/** `derive`: purpose → key of so many bytes, from the instance's secret key as it is at that moment. */
export function createGrants(derive: (purpose: string, bytes: number) => Buffer, now: () => number) {
  // Cookies are shared by all ports of a host.
  const cookieName = () => `t8_open_${derive('link grant cookie', 3).toString('hex')}`
  const sign = ({ code, owner, row }: Entry, until: string): Buffer =>
    createHmac('sha256', derive('link grant', 32))
      .update(JSON.stringify([code, owner, String(row.password_hash ?? ''), until]))
      .digest()

  return {
    get cookieName() {
      return cookieName()
    },

    /** Whole `Set-Cookie` headers, for `/CODE` and for `/CODE+`, which no path of a cookie covers both (RFC 6265, 5.1.4). */
    cookiesFor(entry: Entry, path: string): string[] {
      const until = String(Math.floor(now() / 1000) + lifetime)
      const name = cookieName()
      const value = `${until}.${sign(entry, until).toString('base64url')}`
      return [path, `${path}+`].map(
        path => `${name}=${value}; Path=${path}; Max-Age=${lifetime}; HttpOnly; SameSite=Lax`,
      )
    },

    /** Whether a cookie's value opens this link now. */
    opens(entry: Entry, value: string | undefined): boolean {
      const [, until = '', signature = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(value ?? '') ?? []
      return (
        timingSafeEqual(sign(entry, until), Buffer.from(signature.padEnd(43, 'A'), 'base64url')) &&
        Number(until) * 1000 > now()
      )
    },
  }
}
