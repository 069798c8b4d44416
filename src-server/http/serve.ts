import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { AppError, toFieldErrors } from '../contract/errors.ts'
import { type Access, type KeyScope, type Route, scopeOf } from '../contract/route.ts'
import { mayByKey, nobody, type Who } from '../policy.ts'
import { readBody } from './body.ts'
import { whoOf } from './doors.ts'

/** The way from a contract route to its handler and back: who may, what shape, do it, reply. */

/**
 * Binds a contract route to a handler: checks access, parses the input, trims the reply to the contract
 * (so that a field outside it, such as a password hash, never leaves). Path parameters win over the body's.
 * Throws `sign_in_required`, `not_allowed`, `invalid_input`, what `readBody` throws, and whatever the handler throws.
 */
export function serve<In extends z.ZodType, Out extends z.ZodType>(
  router: Router,
  route: Route<In, Out>,
  handle: (input: z.output<In>, who: Who, ctx: Context) => z.input<Out> | Promise<z.input<Out>>,
): void {
  const { method, path, access, status = 200, maxBody, input, output } = route
  const scope = scopeOf(route)
  router.register(path, [method], async ctx => {
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), access, scope)
    const sent = method === 'GET' ? ctx.query : await readBody(context, { maxJson: maxBody })
    const given = parseInput(input, { ...(sent as object), ...ctx.params })
    const reply = output.parse(await handle(given, who, context))
    ctx.status = reply === undefined ? 204 : status
    ctx.body = reply
  })
}

/** Any outside value → the schema's output, or `invalid_input` with every field that was refused. */
export function parseInput<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const errors = toFieldErrors(parsed.error)
  const [first] = errors
  throw new AppError('invalid_input', first ? first.message : z.prettifyError(parsed.error), { errors })
}

/**
 * Who asks, if the route lets them. An API key opens what says so by its `scope`, and nothing else. Throws
 * `sign_in_required`, `not_allowed` or `scope_missing`.
 */
export function requireAccess(who: Who | undefined, access: Access, scope: KeyScope = 'never'): Who {
  if (who && !mayByKey(who, scope)) throw refusedKey(scope)
  if (access === 'anyone') return who ?? nobody
  if (!who) throw new AppError('sign_in_required', 'Sign in first')
  const allowed = {
    user: true,
    admin: who.isAdmin,
    owner: who.door !== 'lan',
    desktop: who.door === 'desktop',
  }[access]
  if (!allowed) throw new AppError('not_allowed', 'This is not yours to do')
  return who
}

const refusedKey = (scope: KeyScope): AppError =>
  scope === 'never'
    ? new AppError('not_allowed', 'No API key opens this: it is for people who sign in')
    : new AppError('scope_missing', `This API key may not do that. It takes one with the scope ${scope}`)
