import type Router from '@koa/router'
import type { Context } from 'koa'
import { api } from '../contract/index.ts'
import { whoOf } from '../http/doors.ts'
import { requireAccess, serve } from '../http/serve.ts'
import type { Who } from '../policy.ts'
import { sendFile } from './download.ts'
import { cleanFileName } from './file-name.ts'
import type { Links } from './links.ts'
import { inlineAs, sourceText } from './media.ts'

interface ContentRoutesOptions {
  readonly links: Links
  /** Takes a multipart request in, and answers what became of the link. */
  readonly replacements: { replace(ctx: Context, who: Who, code: string): Promise<void> }
}

/** What a link leads to, for its owner to read and to replace: pages as their source, files as they are; `?inline=1` shows
 * one in place where a browser can, without counting as a visit. */
export function contentRoutes(router: Router, { links, replacements }: ContentRoutesOptions): void {
  const { path, access, scope } = api.links.replaceContent

  router.get(path, async ctx => {
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), access, 'links:read')
    const { link, file } = await links.openContent(who, String(ctx.params.code))
    const name = cleanFileName(link.originalFilename ?? link.code)
    const inline = link.type === 'file' ? (ctx.query.inline === '1' ? inlineAs(name) : undefined) : sourceText
    await sendFile(context, { file, name, inline })
  })

  router.put(path, (ctx, next) => {
    if (!ctx.is('multipart')) return next()
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), access, scope)
    return replacements.replace(context, who, String(ctx.params.code))
  })

  serve(router, api.links.replaceContent, ({ code, ...page }, who) => links.replaceContent(who, code, page))
}
