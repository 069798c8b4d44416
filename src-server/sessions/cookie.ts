import type { Context } from 'koa'
import { isSecure, setCookie } from '../http/cookies.ts'
import type { Who } from '../policy.ts'
import type { Sessions } from './sessions.ts'

/**
 * The cookie that carries a session's id. One that came to be over https never travels in the open: it has a name of its
 * own, which browsers let no other host and no plain page set (RFC 6265bis, section 4.1.3.2), and counts over https alone.
 * `plainName`: of the cookie over http, asked anew each time.
 */
export function createSessionCookie(plainName: () => string) {
  const secureName = () => `__Host-${plainName()}`

  function set(ctx: Context, value: string | null, secure: boolean, maxAge?: number): void {
    setCookie(ctx, secure ? secureName() : plainName(), value, { sameSite: 'lax', path: '/', secure, maxAge })
  }

  return {
    /** The id of a request, by the cookie that fits how it came and no other. */
    read: (ctx: Context): string | undefined => ctx.cookies.get(isSecure(ctx) ? secureName() : plainName()),

    /** `maxAge`: milliseconds; left out: until the browser closes. */
    write: (ctx: Context, id: string, maxAge?: number): void => set(ctx, id, isSecure(ctx), maxAge),

    /** Over https both go; over http browsers let nobody touch the other. */
    clear(ctx: Context): void {
      if (isSecure(ctx)) set(ctx, null, true)
      set(ctx, null, false)
    },

    /** Every id that the browser holds for us, as far as it sent them. */
    all: (ctx: Context): string[] => [secureName(), plainName()].flatMap(name => ctx.cookies.get(name) ?? []),
  }
}

/**
 * Gives a session another id, as is due whenever it comes to stand for more (OWASP Session Management Cheat Sheet): who
 * knew the old one knows nothing now. Its token changes along. Nothing happens where there is no session.
 */
export async function renewSession(ctx: Context, { sessionId }: Who, sessions: Sessions): Promise<void> {
  const renewed = sessionId === undefined ? undefined : await sessions.renew(sessionId)
  if (renewed) sessions.cookie.write(ctx, renewed.id, renewed.maxAge)
}
