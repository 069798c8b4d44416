import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { AppError } from '../contract/errors.ts'
import type { OpenFile } from '../storage/assets.ts'

/**
 * A zip that comes into being while it is read: no faster than its reader takes it, and never more of it in memory than
 * a few pieces. Knows the SHA-256 of every entry that went in.
 */
export type ZipWriter = ReturnType<typeof createZipWriter>

const pieceSize = 256 * 1024
/**
 * Larger files go in as they are: most are compressed already, and none can look like a bomb to whoever reads the zip.
 */
export const deflatedUpTo = 1024 * 1024

export function createZipWriter() {
  const zip = new ZipFile()
  // The types know it as less than what it is.
  const output = zip.outputStream as Readable
  const hashes = new Map<string, string>()
  zip.on('error', (error: Error) => output.destroy(error))

  return {
    /** Ends in an error when adding failed. */
    output,
    hashes: hashes as ReadonlyMap<string, string>,

    addText(name: string, text: string, mtime: Date): void {
      const bytes = Buffer.from(text)
      hashes.set(name, createHash('sha256').update(bytes).digest('hex'))
      zip.addBuffer(bytes, name, { mtime, mode: 0o100600 })
    },

    /** Resolves once the file is read, and closes it. Rejects when it cannot be, or when nobody reads the zip any more. */
    async addFile(name: string, { handle, stats }: OpenFile, onBytes: (bytes: number) => void): Promise<void> {
      const hash = createHash('sha256')
      const source = Readable.from(readPieces({ handle, stats }, hash.update.bind(hash), onBytes), {
        objectMode: false,
      })
      const stop = () => source.destroy(new Error('Nobody reads the backup any more'))
      output.once('close', stop)
      if (output.destroyed) stop()
      try {
        const { mtime, size } = stats
        const closed = once(source, 'close')
        zip.addReadStream(source, name, { mtime, size, mode: 0o100600, compress: size <= deflatedUpTo })
        await closed
      } finally {
        output.off('close', stop)
        await handle.close()
      }
      hashes.set(name, hash.digest('hex'))
    },

    end: () => zip.end(),
    fail: (error: Error) => void output.destroy(error),
  }
}

/** Exactly as many bytes as the file had when it was opened. */
async function* readPieces(
  { handle, stats }: OpenFile,
  update: (piece: Buffer) => void,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let position = 0; position < stats.size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(pieceSize, stats.size - position))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) throw new AppError('conflict', 'A file changed while it was backed up. Back up again')
    const piece = buffer.subarray(0, bytesRead)
    update(piece)
    onBytes(bytesRead)
    position += bytesRead
    yield piece
  }
}
