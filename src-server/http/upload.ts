import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import busboy, { type Busboy } from 'busboy'
import { AppError } from '../contract/errors.ts'
import type { StagedFile } from '../storage/assets.ts'

/**
 * A multipart form with one `file` part (RFC 7578), streamed to disk and never held in memory. Its fields may stand
 * before or after the file. When this rejects, nothing of it is left on the disk.
 */
export interface Upload<R extends Receiver> {
  readonly fields: Fields
  readonly size: number
  readonly sha256: string
  readonly receiver: R
}

/** Those that were filled in: a form sends its empty ones too. */
export type Fields = Readonly<Record<string, string>>

/** Where the bytes of one file go. */
export interface Receiver {
  readonly staged: StagedFile
  /** Ends the upload from outside; its reason is thrown. */
  readonly signal: AbortSignal
  readonly progress: (bytes: number) => void
  /** Called when the upload fails after it began; the staged file is gone by then. */
  readonly fail: (error: unknown) => void
}

export interface UploadRules<R extends Receiver> {
  /** Bytes; null: no limit. */
  readonly maxFileSize: number | null
  /** Called once, when the file begins, with the name that its sender gave it and the fields so far. Throws to refuse it. */
  readonly begin: (name: string, fields: Fields) => Promise<R>
}

/** What the form around a file may take at most. */
const formAllowance = 64 * 1024
const writeSize = 1024 * 1024

/** The size of a body as announced; undefined where it comes in chunks. */
export function announcedSize(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/**
 * Throws `bad_request`, `invalid_input`, `file_too_large`, `disk_full`, `cancelled`, and whatever `begin` throws. A body
 * that is announced as too large is refused before anything of it is read.
 */
export async function receiveUpload<R extends Receiver>(
  request: IncomingMessage,
  rules: UploadRules<R>,
): Promise<Upload<R>> {
  const { maxFileSize } = rules
  if (maxFileSize !== null && (announcedSize(request) ?? 0) > maxFileSize + formAllowance) throw tooLarge(maxFileSize)
  const parser = openParser(request, maxFileSize)
  const form = readForm(parser, rules)
  const handleClose = () => {
    if (!request.complete) form.fail(new AppError('cancelled', 'The connection broke before the whole file was here'))
  }
  request.on('close', handleClose).on('error', handleClose)
  try {
    request.pipe(parser)
    return await form.result
  } finally {
    request.off('close', handleClose).unpipe(parser)
    // Whatever still comes is thrown away, so that the answer can be sent.
    request.resume()
  }
}

function openParser(request: IncomingMessage, maxFileSize: number | null): Busboy {
  // The parser cuts when its limit is reached: a file of exactly the largest size needs one byte more.
  const fileSize = maxFileSize === null ? Number.POSITIVE_INFINITY : maxFileSize + 1
  const limits = { files: 1, fields: 20, fieldSize: 16 * 1024, fieldNameSize: 100, headerPairs: 100, fileSize }
  const sizes = { highWaterMark: 256 * 1024, fileHwm: writeSize }
  try {
    return busboy({ headers: request.headers, defParamCharset: 'utf8', limits, ...sizes })
  } catch (cause) {
    throw malformed(cause)
  }
}

/** The parser's events → one promise of the whole. After `fail`, it rejects once the file is off the disk. */
function readForm<R extends Receiver>(parser: Busboy, { maxFileSize, begin }: UploadRules<R>) {
  const fields = new Map<string, string>()
  let begun: Promise<R> | undefined
  let stored: Promise<StoredUpload<R>> | undefined
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })

  parser.on('field', (name, value, { valueTruncated }) => {
    if (valueTruncated) fail(new AppError('invalid_input', `${name} is too long`))
    else if (value.trim() !== '') fields.set(name, value)
  })
  parser.on('file', (field, stream, { filename }) => {
    // A stream that is dropped before anybody reads it must not bring the server down.
    stream.on('error', () => {})
    if (field !== 'file') return fail(new AppError('invalid_input', 'Send the file in a part named file'))
    stream.once('limit', () => fail(tooLarge(maxFileSize ?? 0)))
    begun = begin(fromForm(filename ?? ''), Object.fromEntries(fields))
    stored = begun.then(receiver => storeFile(stream, receiver, fail))
    stored.catch(fail)
  })
  parser.once('filesLimit', () => fail(new AppError('invalid_input', 'Send one file at a time')))
  parser.once('fieldsLimit', () => fail(new AppError('invalid_input', 'The form has too many fields')))
  parser.on('error', cause => fail(malformed(cause)))

  const whole = new Promise<void>(resolve => parser.once('finish', resolve)).then(async (): Promise<Upload<R>> => {
    if (!stored) throw new AppError('invalid_input', 'Choose a file')
    return { ...(await stored), fields: Object.fromEntries(fields) }
  })

  const result = Promise.race([failed, whole]).catch(async error => {
    parser.destroy()
    await stored?.catch(() => {})
    const receiver = await begun?.catch(() => undefined)
    await receiver?.staged.discard()
    receiver?.fail(error)
    throw error
  })
  return { fail, result }
}

type StoredUpload<R extends Receiver> = Omit<Upload<R>, 'fields'>

/** Bytes → staged file, with their number and hash. */
async function storeFile<R extends Receiver>(
  stream: Readable,
  receiver: R,
  abort: (reason: unknown) => void,
): Promise<StoredUpload<R>> {
  const { staged, signal, progress } = receiver
  const hash = createHash('sha256')
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    hash.update(chunk)
    progress(size)
  })
  signal.addEventListener('abort', () => abort(signal.reason), { once: true })
  // It may have come while the file was being made.
  if (signal.aborted) abort(signal.reason)
  await pipeline(stream, writerTo(staged))
  return { receiver, size, sha256: hash.digest('hex') }
}

/** What arrives during one write goes out together in the next. */
function writerTo(staged: StagedFile): Writable {
  const append = (pieces: readonly Buffer[], done: (error?: Error | null) => void) =>
    void staged.append(pieces).then(() => done(), done)
  return new Writable({
    highWaterMark: writeSize,
    write: (chunk, _, done) => append([chunk], done),
    writev: (chunks, done) =>
      append(
        chunks.map(({ chunk }) => chunk),
        done,
      ),
  })
}

/** Forms write these three as browsers and curl do (WHATWG HTML, section 4.10.22.8). */
const fromForm = (name: string): string => name.replaceAll('%22', '"').replace(/%0[DA]/gi, '')

const malformed = (cause: unknown) =>
  new AppError('bad_request', 'The form could not be read: it is not whole, or not multipart/form-data', { cause })

/** For a file over the limit, with the limit named. */
export function tooLarge(maxFileSize: number): AppError {
  return new AppError('file_too_large', `A file may have at most ${Math.floor(maxFileSize / 1024 / 1024)} MB`)
}
