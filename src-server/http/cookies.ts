import type { Context } from 'koa'
import { clientOf } from './client.ts'

/** How cookies of ours are set: no script reads them, and one that came to be over https never travels in the open. */
interface CookieRules {
  readonly sameSite: 'lax' | 'strict'
  readonly path: string
  /** Milliseconds; left out: until the browser closes. */
  readonly maxAge?: number | undefined
  /** Left out: as the visitor came. */
  readonly secure?: boolean
}

/** Whether the visitor came by https, which behind a proxy is not how the proxy came. */
export const isSecure = (ctx: Context): boolean => clientOf(ctx).scheme === 'https'

/** `value`: null takes it away. */
export function setCookie(ctx: Context, name: string, value: string | null, rules: CookieRules): void {
  const { secure = isSecure(ctx), maxAge, ...rest } = rules
  // Behind a proxy the connection to us is plain, and Koa would refuse: what counts is how the visitor came.
  ctx.cookies.secure = secure
  ctx.cookies.set(name, value, {
    ...{ ...rest, secure, httpOnly: true, overwrite: true },
    ...(maxAge !== undefined && { maxAge }),
  })
}
