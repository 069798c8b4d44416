import type Router from '@koa/router'
import { buildDocument } from './document.ts'
import { openApiPath } from './plain-routes.ts'

interface OpenApiServices {
  readonly version: string
  readonly sessions: { readonly cookieName: string }
}

/** The API's own description. Made once, when it is first asked for. */
export function openApiRoutes(router: Router, { version, sessions: { cookieName } }: OpenApiServices): void {
  let text: string | undefined
  router.get(openApiPath, ctx => {
    text ??= JSON.stringify(buildDocument({ version, cookieName }))
    ctx.type = 'application/json'
    ctx.set('Cache-Control', 'no-cache')
    ctx.body = text
  })
}
