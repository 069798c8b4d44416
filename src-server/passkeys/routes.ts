import type Router from '@koa/router'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Guesses } from '../limits/guesses.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { Users } from '../users/users.ts'
import type { Passkeys } from './passkeys.ts'

interface PasskeyServices {
  readonly passkeys: Passkeys
  readonly signIns: SignIns
  readonly guesses: Pick<Guesses, 'attempt'>
  readonly users: Pick<Users, 'find'>
}

/** The calls about one's own passkeys, and signing in with one. A browser says with each of them where it is. */
export function passkeyRoutes(router: Router, { passkeys, signIns, guesses, users }: PasskeyServices): void {
  serve(router, api.passkeys.list, (_, who) => passkeys.list(who))
  serve(router, api.passkeys.options, ({ password }, who, ctx) => {
    const about = { kind: 'sign_in', username: who.username } as const
    return guesses.attempt(ctx, about, () => passkeys.options(who, password, ctx.get('Origin')))
  })
  serve(router, api.passkeys.add, (given, who, ctx) => passkeys.add(who, given, ctx.get('Origin')))
  serve(router, api.passkeys.rename, ({ id, name }, who) => passkeys.rename(who, id, name))
  serve(router, api.passkeys.remove, ({ id }, who) => passkeys.remove(who, id))

  serve(router, api.passkeys.signInOptions, (_, _who, ctx) => passkeys.signInOptions(ctx.get('Origin')))
  serve(router, api.passkeys.signIn, async ({ credential, remember }, _who, ctx) => {
    const username = passkeys.ownerOf(credential.id) ?? ''
    const user = await signIns.attempt(ctx, { kind: 'sign_in', username }, async () => {
      const found = users.find(await passkeys.signIn(credential, ctx.get('Origin')))
      if (!found) throw new AppError('bad_credentials', 'This passkey does not open Trunk8')
      return found
    })
    const { csrfToken } = await signIns.begin(ctx, user.username, { isRemembered: remember, method: 'passkey' })
    return { user, csrfToken }
  })
}
