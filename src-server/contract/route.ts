import { z } from 'zod'
import { AppError, fromProblem, toFieldErrors } from './errors.ts'

/**
 * Who may call a route.
 * `owner`: the desktop window and the desktop's main process, over the owner door.
 * `desktop`: the main process alone, since the route takes paths of this computer.
 */
export type Access = 'anyone' | 'user' | 'admin' | 'owner' | 'desktop'

/**
 * What an API key may be made for. `links:read`: look at one's links; `links:write`: make, change and delete them;
 * `files:write`: send files; `metrics`: read the counters; `admin`: all that an admin may.
 */
export const scopes = ['links:read', 'links:write', 'files:write', 'metrics', 'admin'] as const
export const Scope = z.enum(scopes)
export type Scope = z.infer<typeof Scope>

/** What an API key needs to call a route: `any`: to be valid; `never`: no key opens it, since it is for a person. */
export type KeyScope = Scope | 'any' | 'never'

/** One HTTP call: everything both ends must agree on. `input` is path parameters plus query (GET) or JSON body. */
export interface Route<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: `/api/v1/${string}` | `/auth/${string}`
  readonly access: Access
  /** Left out: see `scopeOf`. */
  readonly scope?: KeyScope
  /** Status of a successful reply. An `output` of `z.void()` is always answered by 204. */
  readonly status?: 200 | 201 | 202
  /** Bytes that a JSON body may have; left out: 64 KB. */
  readonly maxBody?: number
  readonly input: In
  readonly output: Out
}

export const route = <In extends z.ZodType, Out extends z.ZodType>(r: Route<In, Out>): Route<In, Out> => r

/**
 * What an API key needs for this route. Where the route does not say: a look at links `links:read`, a change of them
 * `links:write`, what is for admins `admin`, what is for anyone nothing; everything else stays closed to keys.
 */
export function scopeOf({
  method,
  path,
  access,
  scope,
}: Pick<Route, 'method' | 'path' | 'access' | 'scope'>): KeyScope {
  if (scope) return scope
  if (access === 'anyone') return 'any'
  if (access === 'admin') return 'admin'
  if (access !== 'user' || !/^\/api\/v1\/(links|codes)(\/|$)/.test(path)) return 'never'
  return method === 'GET' ? 'links:read' : 'links:write'
}

/** A route and its input as an HTTP request: relative URL and, where the method has one, a JSON body. */
export interface RouteRequest {
  readonly method: string
  readonly url: string
  readonly body: string | undefined
}

/**
 * Route + input → the request to send. Throws `AppError` `invalid_input` before anything is sent.
 */
export function toRequest<In extends z.ZodType, Out extends z.ZodType>(
  { method, path, input }: Route<In, Out>,
  given: z.input<In>,
): RouteRequest {
  const parsed = input.safeParse(given)
  if (!parsed.success) {
    throw new AppError('invalid_input', 'Some fields need another look', { errors: toFieldErrors(parsed.error) })
  }
  const rest = { ...(given as Record<string, unknown> | undefined) }
  const pathname = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest[name]))
    delete rest[name]
    return value
  })
  if (method !== 'GET') return { method, url: pathname, body: JSON.stringify(rest) }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, String(value))
  return { method, url: query.size > 0 ? `${pathname}?${query}` : pathname, body: undefined }
}

/**
 * Status + parsed JSON body (undefined for none) → the route's output, or throws the server's own `AppError`.
 */
export function fromReply<In extends z.ZodType, Out extends z.ZodType>(
  { output }: Pick<Route<In, Out>, 'output'>,
  status: number,
  body: unknown,
): z.output<Out> {
  if (status < 200 || status > 299) throw fromProblem(body, status)
  return output.parse(status === 204 ? undefined : body)
}
