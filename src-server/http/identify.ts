import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import type { Door, Who } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Users } from '../users/users.ts'
import { arrivalOf, listenerOf, setWho } from './doors.ts'
import type { Hosts } from './hosts.ts'

/**
 * Who sends a request. The owner door knows its two callers by their tokens; everybody else is known by the session that
 * a cookie names, and to change anything has to show that the request comes from a page of ours (CSRF).
 */
interface IdentifyOptions {
  readonly sessions: Sessions
  readonly users: Users
  readonly hosts: Hosts
  readonly tokens?: { readonly windowToken: string; readonly desktopToken: string } | undefined
}

const csrfHeader = 'X-Trunk8-CSRF'

export function identify(options: IdentifyOptions): Middleware {
  return async (ctx, next) => {
    if (listenerOf(ctx) === 'owner') identifyOwner(ctx, options)
    else identifyVisitor(ctx, options)
    await next()
  }
}

function identifyOwner(ctx: Context, { tokens, users }: IdentifyOptions): void {
  const token = /^Bearer (\S+)$/.exec(ctx.get('Authorization'))?.[1] ?? ''
  const door = doorOf(token, tokens)
  const admin = users.find('admin')
  if (!door || !admin) throw new AppError('sign_in_required', 'This door takes the desktop alone')
  setWho(ctx, { username: admin.username, displayName: admin.displayName, isAdmin: true, door })
}

function doorOf(token: string, tokens: IdentifyOptions['tokens']): Door | undefined {
  if (!tokens) return undefined
  // Both are always compared, so that the time says nothing.
  const [isWindow, isDesktop] = [isSame(token, tokens.windowToken), isSame(token, tokens.desktopToken)]
  return isDesktop ? 'desktop' : isWindow ? 'window' : undefined
}

function identifyVisitor(ctx: Context, { sessions, users, hosts }: IdentifyOptions): void {
  const isChange = !['GET', 'HEAD', 'OPTIONS'].includes(ctx.method)
  const origin = ctx.get('Origin')
  if (isChange && origin !== '' && !hosts.isOurOrigin(origin, arrivalOf(ctx))) {
    throw new AppError('csrf', 'This request comes from a page of another site')
  }
  const id = ctx.cookies.get(sessions.cookieName)
  const session = id === undefined ? undefined : sessions.find(id)
  const user = session && users.find(session.username)
  if (id === undefined || !session || !user) return
  // Whoever signs in has not been told a token yet.
  if (isChange && ctx.path !== '/auth/login' && !isSame(ctx.get(csrfHeader), sessions.csrfToken(id))) {
    throw new AppError('csrf', `This request lacks its token. Send the session’s csrfToken as ${csrfHeader}`)
  }
  const { username, displayName, isAdmin } = user
  setWho(ctx, { username, displayName, isAdmin, door: 'lan', sessionId: session.hash } satisfies Who)
}

/** Compares in a time that tells neither length nor content. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
