import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import type { SignInMethod } from '../contract/session-list.ts'
import { NextPath, SignIn, SignInFields, withPasswordOrCode } from '../contract/sessions.ts'
import { readBody } from '../http/body.ts'
import { whoOf } from '../http/doors.ts'
import { pagePolicy, wantsPage } from '../http/errors.ts'
import { parseInput, serve } from '../http/serve.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Users } from '../users/users.ts'
import { renderCodePage, renderSignInPage } from './pages.ts'
import type { PasswordSignIn, SignedInBy } from './password-sign-in.ts'
import type { SignIns } from './sign-ins.ts'

/** Signing in and out. Tools outside match on the path of a sign-in and on its 401, so there is one spelling of it. */
interface SignInServices {
  readonly sessions: Sessions
  readonly signIns: SignIns
  readonly passwordSignIn: PasswordSignIn
  readonly users: Pick<Users, 'find'>
  readonly mustEnrol: (user: { readonly username: string; readonly isAdmin: boolean }, method: SignInMethod) => boolean
  /** Name of the instance. */
  readonly name: () => string
}

export const signInPath = api.sessions.signIn.path
const maxBody = 4 * 1024

export function signInRoutes(router: Router, services: SignInServices): void {
  const { sessions, signIns } = services

  router.get(signInPath, async ctx => showSignIn(ctx as unknown as Context, services))
  router.post(signInPath, async ctx => signIn(ctx as unknown as Context, services))

  serve(router, api.sessions.signOut, async (_, who, ctx) => {
    await sessions.endByIds(sessions.cookie.all(ctx))
    sessions.cookie.clear(ctx)
    await signIns.ended(who)
  })
}

/** The page for who has no script; who is signed in goes on. */
function showSignIn(ctx: Context, { name }: SignInServices): void {
  const { next } = parseInput(z.object({ next: NextPath.optional() }), ctx.query)
  if (whoOf(ctx)) redirect(ctx, next)
  else sendPage(ctx, 200, renderSignInPage({ instance: name(), next }))
}

async function signIn(ctx: Context, services: SignInServices): Promise<void> {
  // A query or another spelling would get past the log filters that watch this address.
  if (ctx.req.url !== signInPath) throw new AppError('not_found', 'There is nothing at this address')
  if (ctx.is('application/x-www-form-urlencoded')) return signInByForm(ctx, services)
  const input = parseInput(SignIn, await readBody(ctx, { maxJson: maxBody }))
  const outcome = await services.passwordSignIn(ctx, input, input.steps)
  ctx.body = api.sessions.signIn.output.parse(
    outcome === 'code' ? { next: 'code' } : describeSignedIn(outcome, services),
  )
}

/** Who came in → what their client is told. */
function describeSignedIn({ username, csrfToken }: SignedInBy, { users, mustEnrol }: SignInServices) {
  const user = users.find(username)
  if (!user) throw new AppError('sign_in_required', 'Your user is gone')
  return { user, csrfToken, ...(mustEnrol(user, 'password') && { mustEnrol: true }) }
}

/** Without script: pages that ask, and a redirect in the end. */
async function signInByForm(ctx: Context, { passwordSignIn, name }: SignInServices): Promise<void> {
  const input = parseInput(FormSignIn, await readBody(ctx, { kinds: ['form'] }))
  const instance = name()
  try {
    const outcome = await passwordSignIn(ctx, input, true)
    if (outcome === 'code') sendPage(ctx, 200, renderCodePage({ instance }))
    else redirect(ctx, outcome.next)
  } catch (error) {
    const isAnswered = error instanceof AppError && ['bad_credentials', 'sign_in_required'].includes(error.code)
    if (!isAnswered || !wantsPage(ctx)) throw error
    const isSecondStep = input.password === '' && error.code === 'bad_credentials'
    const page = { instance, problem: error.message, next: input.next }
    sendPage(ctx, 401, isSecondStep ? renderCodePage(page) : renderSignInPage(page))
  }
}

function redirect(ctx: Context, next = '/'): void {
  ctx.status = 303
  ctx.set('Location', next)
  ctx.body = ''
}

function sendPage(ctx: Context, status: number, page: string): void {
  ctx.status = status
  ctx.set('Content-Security-Policy', pagePolicy)
  ctx.type = 'text/html; charset=utf-8'
  ctx.body = page
}

/** A tick box sends some text or nothing at all; an empty field is none. */
const FormSignIn = withPasswordOrCode(
  SignInFields.omit({ steps: true }).extend({
    remember: z
      .string()
      .transform(text => !['', '0', 'false', 'off'].includes(text))
      .default(false),
    next: z.preprocess(text => (text === '' ? undefined : text), NextPath.optional()),
  }),
)
