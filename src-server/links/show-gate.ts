import type { Context } from 'koa'
import { pagePolicy, wantsPage } from '../http/errors.ts'
import { cleanFileName } from './file-name.ts'
import { type Gate, passwordRequired, wrongPassword } from './gate.ts'
import { renderLimitedPage, renderPasswordPage } from './gate-page.ts'
import type { Entry } from './shelf.ts'

/** The answer to whoever stands before a gate. It says nothing of what is behind a password. */

interface ShowGateOptions {
  readonly gate: Pick<Gate, 'left'>
  /** Name of the instance. */
  readonly name: () => string
  readonly nameOf: (username: string) => string | undefined
}

interface Asked {
  /** As the address has it. */
  readonly code: string
  readonly entry: Entry
  readonly isWrong?: boolean
}

/** Asks a person by a page, and tells a program what is missing. */
export function showGate(ctx: Context, { code, entry, isWrong = false }: Asked, options: ShowGateOptions): void {
  const { owner, record } = entry
  if (record.isProtected && !wantsPage(ctx)) throw isWrong ? wrongPassword(entry) : passwordRequired(entry)
  const page = {
    ...{ code, left: options.gate.left(entry), by: options.nameOf(owner), instance: options.name() },
    action: addressOf(ctx, code),
  }
  // With less a form would not say where it comes from, and be refused.
  ctx.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': pagePolicy, 'Referrer-Policy': 'same-origin' })
  ctx.status = record.isProtected ? 401 : 200
  ctx.type = 'text/html; charset=utf-8'
  ctx.body = record.isProtected
    ? renderPasswordPage({ ...page, isWrong })
    : renderLimitedPage({ ...page, heading: headingOf(code, entry), isDownload: isDownload(ctx, entry) })
}

const headingOf = (code: string, { record: { title, type, originalFilename } }: Entry): string =>
  title || (type === 'file' && originalFilename !== undefined && cleanFileName(originalFilename)) || `/${code}`

const isDownload = (ctx: Context, { record }: Entry): boolean => record.type === 'file' && ctx.query.inline !== '1'

/** The link's own address, with what the visitor asked of it. */
export function addressOf({ query }: Context, code: string): string {
  const kept = ['raw', 'inline'].filter(name => query[name] === '1').map(name => `${name}=1`)
  return `/${encodeURIComponent(code)}${kept.length > 0 ? `?${kept.join('&')}` : ''}`
}
