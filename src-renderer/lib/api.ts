/**
 * The one way to the server for everything that is JSON. Callers may rely on every failure being an `AppError` whose
 * message can be shown as it is.
 */
import type { z } from 'zod'
import { AppError } from '../../src-server/contract/errors.ts'
import { fromReply, type Route, type RouteRequest, toRequest } from '../../src-server/contract/route.ts'
import { sessions } from '../../src-server/contract/sessions.ts'
import { actingAs, actingHeaders } from './acting.ts'

let csrfToken = ''

/** Remembers the token that the session came with; every later request that changes something carries it. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token
}

/** Headers that a request which changes something must carry; `forUser`: for whom it is made, `''` oneself. */
export const changeHeaders = (forUser: string): Record<string, string> => ({
  'X-Trunk8-CSRF': csrfToken,
  ...actingHeaders(forUser),
})

/**
 * Performs a contract route for whom the person acts as → its output. Throws the server's own `AppError`, or `not_ready`
 * where no answer came.
 */
export async function call<In extends z.ZodType, Out extends z.ZodType>(
  route: Route<In, Out>,
  given: z.input<In>,
  forUser = actingAs(),
): Promise<z.output<Out>> {
  const request = toRequest(route, given)
  const changes = watchChanges()
  try {
    return await exchange(route, request, forUser)
  } catch (error) {
    if (request.method === 'GET' && isSignedOut(error) && (await changes.wereUnderWay())) {
      return exchange(route, request, forUser)
    }
    if (isWorthWaiting(error, route)) {
      await new Promise(resolve => setTimeout(resolve, (error.retryAfter ?? 1) * 1000))
      return call(route, given, forUser)
    }
    if (!(error instanceof AppError) || error.code !== 'csrf') throw error
    // Another tab signed in since: the cookie is a new one, and its token with it.
    rememberCsrfToken((await exchange(sessions.get, toRequest(sessions.get, {}), '')).csrfToken)
    return exchange(route, request, forUser)
  }
}

const isSignedOut = (error: unknown): boolean => error instanceof AppError && error.code === 'sign_in_required'

const underWay = new Set<Promise<unknown>>()
let begun = 0

/**
 * A change may give the session another id, and what was asked meanwhile by the old one is refused. `wereUnderWay`: whether
 * there was a change since; resolves when it is over, and the browser has the new id.
 */
function watchChanges() {
  const before = [...underWay]
  const begunBefore = begun
  return {
    async wereUnderWay(): Promise<boolean> {
      await Promise.allSettled([...before, ...underWay])
      return before.length > 0 || begun > begunBefore
    },
  }
}

function noteChange<T>(change: Promise<T>): Promise<T> {
  begun += 1
  underWay.add(change)
  const forget = () => underWay.delete(change)
  change.then(forget, forget)
  return change
}

/** Seconds for which nobody needs to be told that they wait. */
const shortWait = 5

/** What came too fast was not done, and will be in a moment. Whoever signs in is told, since it is they who try too often. */
export const isWorthWaiting = (error: unknown, { path }: Pick<Route, 'path'>): error is AppError =>
  error instanceof AppError &&
  error.code === 'rate_limited' &&
  (error.retryAfter ?? shortWait) <= shortWait &&
  !path.startsWith('/auth/')

async function exchange<In extends z.ZodType, Out extends z.ZodType>(
  route: Route<In, Out>,
  { method, url, body }: RouteRequest,
  forUser: string,
): Promise<z.output<Out>> {
  const headers =
    method === 'GET' ? actingHeaders(forUser) : { ...changeHeaders(forUser), 'Content-Type': 'application/json' }
  const sent = fetch(url, { method, body, headers })
  const response = await (method === 'GET' ? sent : noteChange(sent)).catch(unreachable)
  const reply = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  return fromReply(route, response.status, reply)
}

/** What is thrown when the request got no answer at all. */
export function unreachable(cause?: unknown): never {
  throw new AppError('not_ready', 'Trunk8 can’t be reached. Check that this device is on the same network', { cause })
}
