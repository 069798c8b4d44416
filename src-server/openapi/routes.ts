import type Router from '@koa/router'
import { buildDocument } from './document.ts'
import { openApiPath } from './plain-routes.ts'

interface OpenApiServices {
  readonly version: string
  readonly sessions: { readonly cookieName: string }
}

/** The API's own description. Made when it is first asked for, and anew when the cookie has got another name. */
export function openApiRoutes(router: Router, { version, sessions }: OpenApiServices): void {
  let made = { cookieName: '', text: '' }
  router.get(openApiPath, ctx => {
    const { cookieName } = sessions
    if (made.cookieName !== cookieName) {
      made = { cookieName, text: JSON.stringify(buildDocument({ version, cookieName })) }
    }
    ctx.type = 'application/json'
    ctx.set('Cache-Control', 'no-cache')
    ctx.body = made.text
  })
}
