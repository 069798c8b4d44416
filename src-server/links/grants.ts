import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'
import { isSecure } from '../http/cookies.ts'
import type { Entry } from './shelf.ts'

/**
 * What a visitor's browser keeps of having opened a link: for an hour it may come back, carry on a download and look at
 * the link's pages. Nothing is kept here: the cookie is signed, and ends with the password that it was given for. One
 * that came to be over https has a name of its own and never travels in the open.
 */
export type Grants = ReturnType<typeof createGrants>

/** Seconds. */
const lifetime = 3600

/** `derive`: purpose → key of so many bytes, from the instance's secret key as it is at that moment. */
export function createGrants(derive: (purpose: string, bytes: number) => Buffer, now: () => number) {
  // Cookies are shared by all ports of a host. It has a path, so that `__Host-` is not for it (RFC 6265bis, 4.1.3.1).
  const nameFor = (ctx: Context) =>
    `${isSecure(ctx) ? '__Secure-' : ''}t8_open_${derive('link grant cookie', 3).toString('hex')}`
  const sign = ({ code, owner, row }: Entry, until: string): Buffer =>
    createHmac('sha256', derive('link grant', 32))
      .update(JSON.stringify([code, owner, String(row.password_hash ?? ''), until]))
      .digest()

  return {
    /** Whole `Set-Cookie` headers, for `/CODE` and for `/CODE+`, which no path of a cookie covers both (RFC 6265, 5.1.4). */
    cookiesFor(ctx: Context, entry: Entry, path: string): string[] {
      const until = String(Math.floor(now() / 1000) + lifetime)
      const value = `${until}.${sign(entry, until).toString('base64url')}`
      const rules = `Max-Age=${lifetime}; HttpOnly; SameSite=Lax${isSecure(ctx) ? '; Secure' : ''}`
      return [path, `${path}+`].map(path => `${nameFor(ctx)}=${value}; Path=${path}; ${rules}`)
    },

    /** Whether the visitor has opened this link, and it still counts. */
    opens(ctx: Context, entry: Entry): boolean {
      const value = ctx.cookies.get(nameFor(ctx))
      const [, until = '', signature = ''] = /^(\d{1,12})\.([\w-]{43})$/.exec(value ?? '') ?? []
      return (
        timingSafeEqual(sign(entry, until), Buffer.from(signature.padEnd(43, 'A'), 'base64url')) &&
        Number(until) * 1000 > now()
      )
    },
  }
}
