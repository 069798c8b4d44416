import type { Stats } from 'node:fs'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context, Middleware } from 'koa'
import { contentType } from 'mime-types'
import { htmlPreview } from '../contract/html-preview.ts'
import { ownPageHeaders } from './headers.ts'
import { renderPage } from './pages.ts'

/** The web UI as it was built: its page at `/`, its files under `/static/`, and nothing else of that folder. */
interface UiOptions {
  readonly uiDir: string
  /** Name of the instance. */
  readonly name: () => string
}

/** One folder deep or more, every part plain: no way leads out. */
const staticPath = /^\/static(\/[\w-][\w.-]*)+$/

/** Vite puts a hash of the content in the name, so what has one never changes. */
const isHashed = (path: string): boolean => /-[\w-]{8}\.\w+$/.test(path)

export function serveUi({ uiDir, name }: UiOptions): Middleware {
  return async (ctx, next) => {
    if (!['GET', 'HEAD'].includes(ctx.method)) return next()
    if (ctx.path === '/') return sendPage(ctx, join(uiDir, 'index.html'), name())
    if (!staticPath.test(ctx.path)) return next()
    const path = join(uiDir, ctx.path)
    const found = await fileAt(path)
    if (!found) return next()
    sendFile(ctx, path, found)
    if (ctx.path === htmlPreview.path) {
      ctx.set('Content-Security-Policy', htmlPreview.policyOf(ctx.query.mode))
    }
    ctx.set('Cache-Control', isHashed(ctx.path) ? 'public, max-age=31536000, immutable' : 'no-cache')
  }
}

async function sendPage(ctx: Context, path: string, name: string): Promise<void> {
  const found = await fileAt(path)
  ctx.set({ ...ownPageHeaders, 'Cache-Control': 'no-store' })
  if (found) return sendFile(ctx, path, found)
  ctx.status = 503
  ctx.type = 'text/html; charset=utf-8'
  ctx.body = renderPage({
    name,
    heading: 'The web pages are not built yet',
    lead: 'Links work all the same. To build the pages, run npm run build where Trunk8 was unpacked.',
  })
}

function sendFile(ctx: Context, path: string, { size, mtimeMs }: Stats): void {
  ctx.status = 200
  ctx.set('Content-Type', contentType(path.slice(path.lastIndexOf('/') + 1)) || 'application/octet-stream')
  ctx.set('ETag', `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`)
  if (ctx.fresh) ctx.status = 304
  else {
    ctx.length = size
    if (ctx.method === 'GET') ctx.body = createReadStream(path)
  }
}

async function fileAt(path: string): Promise<Stats | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() ? found : undefined
}
