import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import type { Context } from 'koa'
import type { OpenFile } from '../storage/assets.ts'
import { asciiFileName } from './file-name.ts'
import { downloadTypeOf, type InlineMedia, sandboxPolicy } from './media.ts'
import { pump } from './pump.ts'
import { chooseRange, isUnchanged } from './ranges.ts'

/** Answers a request with a file: whole, one part of it, or that nothing changed (RFC 9110). */

export interface Download {
  readonly file: OpenFile
  /** What people see, in any script. */
  readonly name: string
  /** How to show it in place; absent: it is downloaded. */
  readonly inline?: InlineMedia | undefined
  /** Called once when bytes from the very start of the file begin to leave. */
  readonly onStart?: () => void
}

/** Sets status and headers, sends the bytes and closes the file. Resolves when the last byte is out or the client left. */
export async function sendFile(
  ctx: Context,
  { file: { handle, stats }, name, inline, onStart }: Download,
): Promise<void> {
  try {
    describeFile(ctx, stats, { name, inline })
    const range = selectBytes(ctx, stats)
    if (!range || ctx.method === 'HEAD') return
    if (range.start === 0) onStart?.()
    ctx.respond = false
    await pump(handle, range, ctx.res)
  } finally {
    await handle.close()
  }
}

function describeFile(ctx: Context, stats: Stats, { name, inline }: Pick<Download, 'name' | 'inline'>): void {
  ctx.set({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': inline?.policy ?? sandboxPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Last-Modified': stats.mtime.toUTCString(),
    ETag: etagOf(stats),
  })
  ctx.set('Content-Type', inline?.type ?? downloadTypeOf(name))
  ctx.attachment(name, { type: inline ? 'inline' : 'attachment', fallback: asciiFileName(name) })
}

/** Sets status and length → the bytes to send; undefined where the answer has no body of the file. */
function selectBytes(ctx: Context, stats: Stats): { start: number; end: number } | undefined {
  const { size, mtime: modified } = stats
  const etag = etagOf(stats)
  ctx.status = 200
  if (isUnchanged(ctx.get('If-None-Match'), ctx.get('If-Modified-Since'), { etag, modified })) {
    ctx.status = 304
    return undefined
  }
  const wanted = { range: ctx.get('Range'), ifRange: ctx.get('If-Range') }
  const range = ctx.method === 'GET' ? chooseRange({ ...wanted, size, etag, modified }) : 'whole'
  if (range === 'unsatisfiable') {
    refuseRange(ctx, size)
    return undefined
  }
  const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range
  if (range !== 'whole') {
    ctx.status = 206
    ctx.set('Content-Range', `bytes ${start}-${end}/${size}`)
  }
  ctx.length = end - start + 1
  return { start, end }
}

function refuseRange(ctx: Context, size: number): void {
  ctx.remove('Content-Disposition')
  ctx.remove('ETag')
  ctx.status = 416
  ctx.set('Content-Range', `bytes */${size}`)
  ctx.body = `The file has ${size} bytes`
}

/** Strong: an asset never changes in place, and one that somebody replaces by hand has another size or time. */
function etagOf({ size, mtimeMs, ino }: Stats): string {
  return `"${createHash('sha256').update(`${ino} ${size} ${mtimeMs}`).digest('base64url').slice(0, 22)}"`
}
