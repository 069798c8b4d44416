/// <reference path="../raw.d.ts" />
import { createHash } from 'node:crypto'
import type { Middleware } from 'koa'

/** Stylesheets that are part of the server, so that its pages look right where no interface is built. */

/** `sheets`: path → CSS, the same in every build of one version. */
export function serveStylesheets(sheets: Readonly<Record<string, string>>): Middleware {
  const known = new Map(Object.entries(sheets).map(([path, css]) => [path, { css, etag: etagOf(css) }]))
  return async (ctx, next) => {
    const sheet = known.get(ctx.path)
    if (!sheet || !['GET', 'HEAD'].includes(ctx.method)) return next()
    ctx.type = 'text/css'
    ctx.set({ 'Cache-Control': 'no-cache', ETag: sheet.etag })
    ctx.status = 200
    if (ctx.fresh) ctx.status = 304
    else ctx.body = sheet.css
  }
}

const etagOf = (css: string): string => `"${createHash('sha256').update(css).digest('base64url').slice(0, 16)}"`
