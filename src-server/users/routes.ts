import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Guesses } from '../limits/guesses.ts'
import { renewSession } from '../sessions/cookie.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { OwnProfile } from './me.ts'
import type { Users } from './users.ts'

interface UserRoutesOptions {
  readonly users: Users
  readonly ownProfile: OwnProfile
  readonly sessions: Sessions
  readonly guesses: Pick<Guesses, 'attempt'>
}

/** The calls about users, which are for admins, and about oneself. */
export function userRoutes(router: Router, { users, ownProfile, sessions, guesses }: UserRoutesOptions): void {
  serve(router, api.users.list, () => ({ items: users.list() }))
  serve(router, api.users.create, async (given, who, ctx) => {
    const made = await users.create(who, given)
    ctx.set('Location', `/api/v1/users/${encodeURIComponent(made.user.username)}`)
    return made
  })
  serve(router, api.users.get, ({ name }) => users.details(name))
  serve(router, api.users.update, ({ name, ...changes }, who) => users.update(who, name, changes))
  serve(router, api.users.resetPassword, ({ name, password }, who) => users.resetPassword(who, name, password))
  serve(router, api.users.deletionPreview, ({ name }) => users.deletionPreview(name))
  serve(router, api.users.remove, ({ name }, who) => users.remove(who, name))

  serve(router, api.me.get, (_, who) => ownProfile.get(who))
  serve(router, api.me.update, ({ displayName }, who) => ownProfile.update(who, displayName))
  serve(router, api.me.changePassword, async (given, who, ctx) => {
    const about = { kind: 'sign_in', username: who.username } as const
    await guesses.attempt(ctx, about, () => ownProfile.changePassword(who, given))
    await renewSession(ctx, who, sessions)
  })
}
