import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { SessionLists } from './session-list.ts'
import type { Sessions } from './sessions.ts'

interface SessionServices {
  readonly sessions: Sessions
  readonly sessionLists: SessionLists
}

/** Who is signed in here, and where else they are. */
export function sessionRoutes(router: Router, { sessions, sessionLists }: SessionServices): void {
  serve(router, api.sessions.get, (_, { username, displayName, isAdmin, actor, mustEnrol }, ctx) => {
    const id = sessions.cookie.read(ctx)
    const csrfToken = id === undefined ? '' : sessions.csrfToken(id)
    return { user: { username, displayName, isAdmin }, csrfToken, ...actingAs(username, actor), mustEnrol }
  })

  serve(router, api.sessionList.own, (_, who) => ({ items: sessionLists.of(who, who.username) }))
  serve(router, api.sessionList.endOwn, ({ id }, who) => sessionLists.end(who, who.username, id))
  serve(router, api.sessionList.endOthers, (_, who) => sessionLists.endAll(who, who.username))
  serve(router, api.sessionList.ofUser, ({ name }, who) => ({ items: sessionLists.of(who, name) }))
  serve(router, api.sessionList.endOfUser, ({ name, id }, who) => sessionLists.end(who, name, id))
  serve(router, api.sessionList.endAllOfUser, ({ name }, who) => sessionLists.endAll(who, name))
}

const actingAs = (username: string, actor: string | undefined) =>
  actor === undefined ? { actingAs: null, actor: null } : { actingAs: username, actor }
