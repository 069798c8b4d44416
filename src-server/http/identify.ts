import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { actAsHeader } from '../contract/sessions.ts'
import type { Door, Who } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Acting } from '../users/acting.ts'
import type { Users } from '../users/users.ts'
import { remoteOf } from './client.ts'
import { arrivalOf, listenerOf, setWho } from './doors.ts'
import type { Hosts } from './hosts.ts'

/**
 * Who sends a request. The owner door knows its two callers by their tokens; everybody else is known by the session that
 * a cookie names, and to change anything has to show that the request comes from a page of ours (CSRF). An admin may ask
 * to count as another user.
 */
interface IdentifyOptions {
  readonly sessions: Sessions
  readonly users: Pick<Users, 'find'>
  readonly acting: Acting
  readonly hosts: Hosts
  readonly tokens?: { readonly windowToken: string; readonly desktopToken: string } | undefined
}

const csrfHeader = 'X-Trunk8-CSRF'

export function identify(options: IdentifyOptions): Middleware {
  return async (ctx, next) => {
    const who = listenerOf(ctx) === 'owner' ? identifyOwner(ctx, options) : identifyVisitor(ctx, options)
    if (who) setWho(ctx, await actAs(ctx, who, options.acting))
    await next()
  }
}

async function actAs(ctx: Context, who: Who, acting: Acting): Promise<Who> {
  const username = decodeName(ctx.get(actAsHeader))
  if (username === '') return who
  return acting.as(who, username, isChange(ctx) ? `${ctx.method} ${ctx.path}` : undefined)
}

/** Percent-encoded, or as it is: Node takes the bytes of a header for Latin-1. */
function decodeName(given: string): string {
  const text = Buffer.from(given, 'latin1').toString()
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const isChange = ({ method }: Context): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method)

function identifyOwner(ctx: Context, { tokens, users }: IdentifyOptions): Who {
  const token = /^Bearer (\S+)$/.exec(ctx.get('Authorization'))?.[1] ?? ''
  const door = doorOf(token, tokens)
  const admin = users.find('admin')
  if (!door || !admin) throw new AppError('sign_in_required', 'This door takes the desktop alone')
  return { username: admin.username, displayName: admin.displayName, isAdmin: true, door, from: remoteOf(ctx) }
}

function doorOf(token: string, tokens: IdentifyOptions['tokens']): Door | undefined {
  if (!tokens) return undefined
  // Both are always compared, so that the time says nothing.
  const [isWindow, isDesktop] = [isSame(token, tokens.windowToken), isSame(token, tokens.desktopToken)]
  return isDesktop ? 'desktop' : isWindow ? 'window' : undefined
}

function identifyVisitor(ctx: Context, { sessions, users, hosts }: IdentifyOptions): Who | undefined {
  const origin = ctx.get('Origin')
  if (isChange(ctx) && origin !== '' && !hosts.isOurOrigin(origin, arrivalOf(ctx))) {
    throw new AppError('csrf', 'This request comes from a page of another site')
  }
  const id = ctx.cookies.get(sessions.cookieName)
  const session = id === undefined ? undefined : sessions.find(id)
  const user = session && users.find(session.username)
  if (id === undefined || !session || !user) return undefined
  if (isChange(ctx) && !isFormOfOurs(ctx) && !isSame(ctx.get(csrfHeader), sessions.csrfToken(id))) {
    throw new AppError('csrf', `This request lacks its token. Send the session’s csrfToken as ${csrfHeader}`)
  }
  const { username, displayName, isAdmin } = user
  return { username, displayName, isAdmin, door: 'lan', sessionId: session.hash, from: remoteOf(ctx) }
}

/**
 * Whoever signs in has not been told a token yet, and the page that asks for a link's password has no script to send one:
 * all that it changes is what the visitor may open, and its `Origin` was ours.
 */
const isFormOfOurs = ({ method, path }: Context): boolean =>
  path === '/auth/login' || (method === 'POST' && /^\/[^/]+$/.test(path))

/** Compares in a time that tells neither length nor content. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
