/**
 * Sends one file to the server, with progress and a way to stop. Refuses what the server would refuse before a byte is sent.
 */
import type { z } from 'zod'
import { AppError } from '../../src-server/contract/errors.ts'
import { contentPath, type Link, links } from '../../src-server/contract/links.ts'
import type { Route } from '../../src-server/contract/route.ts'
import type { UploadLimits } from '../../src-server/contract/transfers.ts'
import { formatSize } from './format.ts'
import { sendForm } from './send-form.ts'

/** Throws `file_too_large` or `file_type_not_allowed`, in words that name the file and the limit. */
export function checkUpload(file: File, { maxFileSize, allowedExtensions }: UploadLimits): void {
  if (maxFileSize !== null && file.size > maxFileSize) {
    const detail = `It has ${formatSize(file.size)}, and files may have ${formatSize(maxFileSize)} at most`
    throw new AppError('file_too_large', detail)
  }
  const ending = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase()
  if (allowedExtensions === null || (ending !== undefined && allowedExtensions.includes(ending))) return
  const what = ending === undefined ? 'Files without an ending are' : `.${ending} files are`
  throw new AppError('file_type_not_allowed', `${what} not allowed here. Put it in a .zip, or ask your admin`)
}

interface UploadOptions {
  readonly signal: AbortSignal
  /** Hears the bytes that left so far. */
  readonly onProgress: (bytes: number) => void
  /** Whose the link becomes; `''`: who is signed in. */
  readonly forUser: string
  /** What else is told of it: its code, title, expiry. */
  readonly fields?: Readonly<Record<string, string | undefined>>
}

/** Sends a file → its new link. Throws `cancelled` when `signal` stops it. */
export function upload(file: File, options: UploadOptions): Promise<Link> {
  return send(file, links.create, { ...options, fields: { type: 'file', ...options.fields } })
}

/** Sends a file that takes the place of what a link has → the link, which shows the old content until all has arrived. */
export function uploadInPlace(file: File, code: string, options: UploadOptions): Promise<Link> {
  return send(file, { ...links.replaceContent, path: contentPath(code) }, options)
}

function send(
  file: File,
  route: Pick<Route<z.ZodType, typeof Link>, 'method' | 'path' | 'output'>,
  { fields = {}, onProgress, ...options }: UploadOptions,
): Promise<Link> {
  const form = new FormData()
  // Fields first: the server knows what the bytes are for when they come.
  for (const [name, value] of Object.entries(fields)) if (value) form.set(name, value)
  form.set('file', file)
  return sendForm(route, form, { ...options, onProgress: share => onProgress(share * file.size) })
}
