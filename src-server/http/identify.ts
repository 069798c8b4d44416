import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { ApiKeys } from '../api-keys/api-keys.ts'
import { AppError } from '../contract/errors.ts'
import { eventsPath } from '../contract/events.ts'
import type { SignInMethod } from '../contract/session-list.ts'
import { actAsHeader } from '../contract/sessions.ts'
import { ssoPaths } from '../contract/sso.ts'
import type { Log } from '../log.ts'
import type { Door, Who } from '../policy.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Failures } from '../sign-in/failures.ts'
import type { Acting } from '../users/acting.ts'
import type { Users } from '../users/users.ts'
import { keyIn } from './api-key.ts'
import { clientOf, remoteOf } from './client.ts'
import { listenerOf, setWho } from './doors.ts'
import type { Hosts } from './hosts.ts'
import { isFromElsewhere } from './origin.ts'

/**
 * Who sends a request. The owner door knows its two callers by their tokens. A program is known by its API key, and then
 * no cookie counts: what no browser sends by itself, no page of another site can misuse. Everybody else is known by the
 * session that a cookie names, and to change anything has to show that the request comes from a page of ours (CSRF). An
 * admin may ask to count as another user.
 */
interface IdentifyOptions {
  readonly apiKeys: Pick<ApiKeys, 'check'>
  readonly failures: Pick<Failures, 'report'>
  readonly log: Pick<Log, 'warn'>
  readonly sessions: Sessions
  readonly users: Pick<Users, 'find'>
  readonly acting: Acting
  readonly hosts: Hosts
  /** Whether this user, who came in by `method`, has yet to set up a second step before anything else is open to them. */
  readonly mustEnrol: (user: Pick<Who, 'username' | 'isAdmin'>, method: SignInMethod) => boolean
  readonly tokens?: { readonly windowToken: string; readonly desktopToken: string } | undefined
}

const csrfHeader = 'X-Trunk8-CSRF'

export function identify(options: IdentifyOptions): Middleware {
  return async (ctx, next) => {
    const who = listenerOf(ctx) === 'owner' ? identifyOwner(ctx, options) : identifyVisitor(ctx, options)
    if (who) setWho(ctx, who.mustEnrol ? who : await actAs(ctx, who, options.acting))
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

function identifyVisitor(ctx: Context, options: IdentifyOptions): Who | undefined {
  const key = keyIn(ctx)
  return key === undefined ? identifySession(ctx, options) : identifyKey(ctx, key, options)
}

/** One answer for all that is wrong with a key: whoever found one is told nothing of it. */
function identifyKey(ctx: Context, given: string, { apiKeys, users, failures, log }: IdentifyOptions): Who {
  const client = clientOf(ctx)
  const check = apiKeys.check(given, client)
  const user = check.isGood ? users.find(check.owner) : undefined
  if (check.isGood && user) {
    const { username, displayName } = user
    const { id, name, scopes } = check
    const isAdmin = user.isAdmin && scopes.includes('admin')
    return { username, displayName, isAdmin, door: 'lan', apiKey: { id, name, scopes }, from: client.address }
  }
  if (!check.isGood) {
    const { id, owner, reason } = check
    log.warn(`Refused ${id === undefined ? 'an API key' : `API key ${id}`} from ${client.address}: ${reason}`)
    failures.report({ client, kind: 'api_key', ...(owner !== undefined && { username: owner }) })
  }
  throw new AppError('bad_api_key', 'This API key is not valid, has expired, or may not be used from here')
}

function identifySession(ctx: Context, { sessions, users, hosts, mustEnrol }: IdentifyOptions): Who | undefined {
  if (isPostedByProvider(ctx)) return undefined
  // A stream of events is no change, but goes on: it is not for pages of others either.
  if ((isChange(ctx) || ctx.path === eventsPath) && isFromElsewhere(ctx, hosts)) {
    throw new AppError('csrf', 'This request comes from a page of another site')
  }
  const id = sessions.cookie.read(ctx)
  const session = id === undefined ? undefined : sessions.find(id)
  const user = session && users.find(session.username)
  if (id === undefined || !session || !user) return undefined
  if (isChange(ctx) && !isFormOfOurs(ctx) && !isSame(ctx.get(csrfHeader), sessions.csrfToken(id))) {
    throw new AppError('csrf', `This request lacks its token. Send the session’s csrfToken as ${csrfHeader}`)
  }
  const { username, displayName, isAdmin } = user
  const who: Who = { username, displayName, isAdmin, door: 'lan', sessionId: session.hash, from: remoteOf(ctx) }
  return mustEnrol(who, session.method) ? { ...who, mustEnrol: true } : who
}

/**
 * Whoever signs in has not been told a token yet, and the page that asks for a link's password has no script to send one.
 * Neither acts by the cookie, and what came from elsewhere in a browser is refused by then: a page of another site signs
 * nobody in as somebody else.
 */
const isFormOfOurs = ({ method, path }: Context): boolean =>
  path === '/auth/login' || (method === 'POST' && /^\/[^/]+$/.test(path))

/** A page of the SAML provider sends this: it counts for what it proves, and not for who is signed in here. */
const isPostedByProvider = ({ method, path }: Context): boolean => method === 'POST' && path === ssoPaths.samlAcs

/** Compares in a time that tells neither length nor content. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
