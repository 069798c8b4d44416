import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import { type HtmlMode, withinMode } from '../contract/html-mode.ts'
import { whoOf } from '../http/doors.ts'
import type { Markdown } from '../markdown/markdown.ts'
import type { Assets, OpenFile } from '../storage/assets.ts'
import { sendFile } from './download.ts'
import { cleanFileName } from './file-name.ts'
import { htmlPolicy, type InlineMedia, inlineAs, markdownPolicy, sourceText } from './media.ts'
import { isUnchanged } from './ranges.ts'
import type { Entry } from './shelf.ts'

/** What a link to a stored file answers with: the file, a page made of it, or with `?raw=1` a page's source. */

export interface PageOptions {
  readonly assets: Assets
  readonly markdown: Markdown
  /** The most that an html page may do. */
  readonly htmlMode: () => HtmlMode
  /** What a user is called, if they have a name that says more than their user name. */
  readonly nameOf: (username: string) => string | undefined
}

/** Kinds of links that have a file behind them. */
export const hasFile = (type: string): boolean => type === 'file' || type === 'markdown' || type === 'html'

/** False where there is nothing to send. `onStart`: called once when the answer begins, but for what is only a part of it. */
export async function sendAsset(
  ctx: Context,
  entry: Entry,
  { onStart, ...options }: PageOptions & { readonly onStart: () => void },
): Promise<boolean> {
  const { code, owner, record } = entry
  const { type, path } = record
  const file = hasFile(type) && path !== undefined ? await options.assets.open(owner, path) : undefined
  if (!file) return false
  const name = cleanFileName(record.originalFilename ?? code)
  if (type === 'markdown' && ctx.query.raw !== '1') await sendPage(ctx, entry, { ...options, file, name, onStart })
  else {
    if (type === 'html') ctx.set('Cross-Origin-Resource-Policy', 'same-origin')
    const mode = withinMode(options.htmlMode(), record.htmlMode)
    await sendFile(ctx, { file, name, inline: inlineFor(ctx, type, name, mode), onStart })
  }
  return true
}

function inlineFor(ctx: Context, type: string, name: string, mode: HtmlMode): InlineMedia | undefined {
  if (type === 'file') return ctx.query.inline === '1' ? inlineAs(name) : undefined
  if (type === 'html' && ctx.query.raw !== '1') return { type: 'text/html; charset=utf-8', policy: htmlPolicy(mode) }
  return sourceText
}

interface PageToSend extends PageOptions {
  readonly file: OpenFile
  readonly name: string
  readonly onStart: () => void
}

async function sendPage(ctx: Context, { code, owner, record }: Entry, given: PageToSend): Promise<void> {
  const { file, name, markdown, nameOf, onStart } = given
  const path = `/${encodeURIComponent(code)}`
  const about = {
    title: record.title,
    fallbackTitle: name,
    by: nameOf(owner),
    changed: record.updatedAt ?? record.createdAt,
    aboutUrl: `${path}+`,
    sourceUrl: `${path}?raw=1`,
  }
  const page = await markdown.page({ file, ...about }, whoOf(ctx)?.username).finally(() => file.handle.close())
  const etag = `"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`
  ctx.set({
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': markdownPolicy,
    'Referrer-Policy': 'no-referrer',
    ETag: etag,
    // Each reader's own theme.
    Vary: 'Cookie',
  })
  ctx.type = 'text/html; charset=utf-8'
  // Not by its time: a theme or a name may have changed without the file.
  if (isUnchanged(ctx.get('If-None-Match'), '', { etag, modified: new Date() })) ctx.status = 304
  else ctx.body = page
  if (ctx.method === 'GET' && ctx.status === 200) onStart()
}
