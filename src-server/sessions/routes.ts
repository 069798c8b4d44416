import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Sessions } from './sessions.ts'

/** Who is signed in here. */
export function sessionRoutes(router: Router, { sessions }: { readonly sessions: Sessions }): void {
  serve(router, api.sessions.get, (_, { username, displayName, isAdmin, actor }, ctx) => {
    const id = ctx.cookies.get(sessions.cookieName)
    const csrfToken = id === undefined ? '' : sessions.csrfToken(id)
    return { user: { username, displayName, isAdmin }, csrfToken, ...actingAs(username, actor) }
  })
}

const actingAs = (username: string, actor: string | undefined) =>
  actor === undefined ? { actingAs: null, actor: null } : { actingAs: username, actor }
