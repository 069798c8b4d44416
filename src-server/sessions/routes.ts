import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { SignIn } from '../contract/sessions.ts'
import { readBody } from '../http/body.ts'
import { remoteOf } from '../http/doors.ts'
import { parseInput, serve } from '../http/serve.ts'
import type { Log } from '../log.ts'
import type { Credentials } from '../users/credentials.ts'
import type { Sessions } from './sessions.ts'

/** Signing in and out. Tools outside match on the path of a sign-in and on its 401, so there is one spelling of it. */
interface SessionServices {
  readonly sessions: Sessions
  readonly credentials: Credentials
  readonly log: Log
}

export function sessionRoutes(router: Router, services: SessionServices): void {
  const { sessions } = services

  router.post(api.sessions.signIn.path, async ctx => signIn(ctx as unknown as Context, services))

  serve(router, api.sessions.signOut, async (_, { sessionId }, ctx) => {
    if (sessionId !== undefined) await sessions.end(sessionId)
    setCookie(ctx, sessions.cookieName, null)
  })

  serve(router, api.sessions.get, (_, { username, displayName, isAdmin, actor }, ctx) => {
    const id = ctx.cookies.get(sessions.cookieName)
    const csrfToken = id === undefined ? '' : sessions.csrfToken(id)
    return { user: { username, displayName, isAdmin }, csrfToken, ...actingAs(username, actor) }
  })
}

const actingAs = (username: string, actor: string | undefined) =>
  actor === undefined ? { actingAs: null, actor: null } : { actingAs: username, actor }

async function signIn(ctx: Context, services: SessionServices): Promise<void> {
  // A query or another spelling would get past the log filters that watch this address.
  if (ctx.req.url !== api.sessions.signIn.path) throw new AppError('not_found', 'There is nothing at this address')
  const isForm = Boolean(ctx.is('application/x-www-form-urlencoded'))
  const input = parseInput(isForm ? FormSignIn : SignIn, await readBody(ctx, { kinds: ['json', 'form'] }))
  const user = await checkPassword(ctx, input, services)
  const { id, csrfToken, maxAge } = await services.sessions.start(user.username, input.remember)
  setCookie(ctx, services.sessions.cookieName, id, maxAge)
  if (isForm) {
    ctx.status = 303
    ctx.set('Location', '/')
    ctx.body = ''
    return
  }
  ctx.body = api.sessions.signIn.output.parse({ user, csrfToken })
}

/** A tick box sends some text or nothing at all. */
const FormSignIn = SignIn.extend({
  remember: z
    .string()
    .transform(text => !['', '0', 'false', 'off'].includes(text))
    .default(false),
})

async function checkPassword(ctx: Context, { username, password }: SignIn, { credentials, log }: SessionServices) {
  try {
    return await credentials.signIn(username, password)
  } catch (error) {
    const name = JSON.stringify(username === '' ? 'admin' : username)
    if (error instanceof AppError) log.warn(`Failed sign-in as ${name} from ${remoteOf(ctx)}: ${error.code}`)
    throw error
  }
}

function setCookie(ctx: Context, name: string, value: string | null, maxAge?: number): void {
  ctx.cookies.set(name, value, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    overwrite: true,
    ...(maxAge && { maxAge }),
  })
}
