import type Router from '@koa/router'
import type { Context } from 'koa'
import { api } from '../contract/index.ts'
import { whoOf } from '../http/doors.ts'
import { requireAccess, serve } from '../http/serve.ts'
import type { Who } from '../policy.ts'
import type { Links } from './links.ts'

interface LinkRoutesOptions {
  readonly links: Links
  /** Takes a multipart request in, and answers what was made of it. */
  readonly uploads: { receive(ctx: Context, who: Who): Promise<void> }
}

/** The calls about links. On one URL, JSON makes a redirect and a multipart form brings a file. */
export function linkRoutes(router: Router, { links, uploads }: LinkRoutesOptions): void {
  router.post(api.links.create.path, (ctx, next) => {
    if (!ctx.is('multipart')) return next()
    const context = ctx as unknown as Context
    return uploads.receive(context, requireAccess(whoOf(context), api.links.create.access, 'files:write'))
  })

  serve(router, api.links.list, (query, who) => links.list(who, query))
  serve(router, api.links.create, async (given, who, ctx) => {
    const link = await links.create(who, given)
    ctx.set('Location', `/api/v1/links/${encodeURIComponent(link.code)}`)
    return link
  })
  serve(router, api.links.get, ({ code }, who) => links.get(who, code))
  serve(router, api.links.update, ({ code, ...changes }, who) => links.update(who, code, changes))
  serve(router, api.links.remove, ({ code }, who) => links.remove(who, code))
  serve(router, api.links.restore, ({ code }, who) => links.restore(who, code))
}
