import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { AppError } from '../contract/errors.ts'
import { foldedName, isSafeName } from './entry-name.ts'

/**
 * A zip from anywhere, read with suspicion: no entry is a link or a device, none is encrypted, named like a path out of
 * here or like another one, or grows out of all proportion; and what is read of one is what its size and checksum say.
 * Whatever breaks this throws `bad_backup`, with the reason.
 */
export type Archive = Awaited<ReturnType<typeof openArchive>>

const mostEntries = 100_000
const mostExpansion = 200
/** Below this size an entry may expand as it likes. */
const expansionFrom = 1024 * 1024

export interface ArchiveEntry {
  readonly name: string
  /** Bytes, unpacked. */
  readonly size: number
}

/** Reads the list of entries; their bytes stay where they are until asked for. `close` it in the end. */
export async function openArchive(path: string) {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch(explainZip)
  // A descriptor that cannot be closed is nobody’s business.
  zip.on('error', () => {})
  try {
    const entries = await listEntries(zip)
    return {
      /** Files by name; folders are not among them. */
      entries: entries as ReadonlyMap<string, ArchiveEntry>,

      /** The bytes, piece by piece; throws where they are not what was promised. */
      read: (name: string): AsyncGenerator<Buffer> => readEntry(zip, entries.get(name) ?? missing(name)),

      /** A text in UTF-8 of at most so many bytes. */
      async readText(name: string, most: number): Promise<string> {
        const entry = entries.get(name) ?? missing(name)
        if (entry.size > most) throw badBackup(`${name} in it is larger than ${Math.floor(most / 1024 / 1024)} MB`)
        const pieces: Buffer[] = []
        for await (const piece of readEntry(zip, entry)) pieces.push(piece)
        try {
          return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
        } catch (cause) {
          throw badBackup(`${name} in it is no text in UTF-8`, cause)
        }
      },

      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

interface KnownEntry extends ArchiveEntry {
  readonly raw: Entry
}

async function listEntries(zip: ZipFile): Promise<Map<string, KnownEntry>> {
  if (zip.entryCount > mostEntries) throw tooMany()
  const found = new Map<string, KnownEntry>()
  const folded = new Set<string>()
  const spans: Span[] = []
  try {
    for await (const raw of zip.eachEntry()) {
      checkEntry(raw)
      spans.push(spanOf(raw))
      const name = raw.fileName.replace(/\/$/, '')
      if (folded.has(foldedName(name))) throw badBackup(`two files in it are called ${quote(name)}`)
      folded.add(foldedName(name))
      if (folded.size > mostEntries) throw tooMany()
      if (name === raw.fileName) found.set(name, { name, size: raw.uncompressedSize, raw })
    }
  } catch (error) {
    explainZip(error)
  }
  if (areShared(spans)) throw badBackup('files in it lie over one another')
  return found
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Where an entry lies at least: its local header is of 30 bytes, the name, and maybe more. */
const spanOf = ({ relativeOffsetOfLocalHeader: start, fileNameLength, compressedSize }: Entry): Span => ({
  start,
  end: start + 30 + fileNameLength + compressedSize,
})

/** Entries that share their bytes make more out of a file than there is in it. */
function areShared(spans: readonly Span[]): boolean {
  const inOrder = [...spans].sort((a, b) => a.start - b.start)
  return inOrder.some(({ start }, index) => start < (inOrder[index - 1]?.end ?? 0))
}

/** Everything that can be told of an entry before it is read. */
function checkEntry(entry: Entry): void {
  const { fileName, compressedSize, uncompressedSize } = entry
  const name = quote(fileName)
  if (entry.isEncrypted()) throw badBackup(`${name} in it is encrypted. Only plain zips can be restored`)
  const isFolder = fileName.endsWith('/')
  if (!isSafeName(isFolder ? fileName.slice(0, -1) : fileName)) throw badBackup(`${name} is no safe name for a file`)
  // What Unix says a file is stands in the upper half; others leave it empty.
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000
  if (kind !== 0 && kind !== (isFolder ? 0o040000 : 0o100000)) throw badBackup(`${name} in it is no regular file`)
  if (isFolder && uncompressedSize > 0) throw badBackup(`${name} in it is a folder with content`)
  if (uncompressedSize > expansionFrom && uncompressedSize > mostExpansion * compressedSize) {
    throw badBackup(`${name} in it grows out of all proportion when it is unpacked`)
  }
}

async function* readEntry(zip: ZipFile, { name, size, raw }: KnownEntry): AsyncGenerator<Buffer> {
  const stream: Readable = await zip.openReadStreamPromise(raw).catch(explainZip)
  let [sum, seen] = [0, 0]
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      seen += piece.length
      if (seen > size) throw badBackup(`${quote(name)} in it is larger than it says`)
      sum = crc32(piece, sum)
      yield piece
    }
  } catch (error) {
    explainZip(error)
  } finally {
    stream.destroy()
  }
  if (seen !== size) throw badBackup(`${quote(name)} in it is not whole`)
  if (sum >>> 0 !== raw.crc32 >>> 0) throw badBackup(`${quote(name)} in it is damaged: its checksum is another one`)
}

/** Hash and size of an entry; the pieces go to `sink` on the way. */
export async function takeEntry(
  archive: Archive,
  name: string,
  sink: (piece: Buffer) => Promise<void> | void,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of archive.read(name)) {
    hash.update(piece)
    size += piece.length
    await sink(piece)
  }
  return { sha256: hash.digest('hex'), size }
}

export const badBackup = (why: string, cause?: unknown): AppError =>
  new AppError('bad_backup', `This backup cannot be restored: ${why}. Nothing was changed`, { cause })

/** Names come from outside: shown short, and without what could reshape a line. */
const quote = (name: string): string => {
  const plain = name.replace(/[\p{Cc}\p{Cf}]/gu, '�')
  return `“${plain.length > 80 ? `${plain.slice(0, 80)}…` : plain}”`
}

const tooMany = () => badBackup(`it holds more than ${mostEntries.toLocaleString('en')} files`)

function missing(name: string): never {
  throw badBackup(`${name} is not in it`)
}

/** What the system or we say goes on as it is; everything else is the zip’s fault. */
function explainZip(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException
  const isOurs = error instanceof AppError || (code !== undefined && /^E[A-Z]+$/.test(code))
  throw isOurs ? error : badBackup(inWords(String(message)), error)
}

function inWords(message: string): string {
  if (/end of central directory/i.test(message)) return 'it is no zip file, or not the whole of one'
  if (/relative path|absolute path|invalid characters/i.test(message)) {
    return `${quote(message.replace(/^.*?: /, ''))} is no safe name for a file`
  }
  if (/encrypt/i.test(message)) return 'a file in it is encrypted. Only plain zips can be restored'
  if (/too many bytes|not enough bytes|size mismatch/i.test(message))
    return 'a file in it has another size than it says'
  if (/compression method/i.test(message)) return 'a file in it is packed in a way that is not known here'
  return 'the zip is damaged'
}
