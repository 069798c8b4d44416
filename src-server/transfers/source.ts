import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, open, stat } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { StagedFile } from '../storage/assets.ts'

/** A file of this computer that somebody wants to share: looked at, and copied from where it lies without touching it. */

const pieceSize = 1024 * 1024

/** Absolute path → what stands there now. Throws `invalid_input` for all but a regular file that can be read. */
export async function inspectSource(path: string): Promise<Stats> {
  const name = basename(path)
  if (!isAbsolute(path) || path.includes('\0')) throw unfit(`${name} has no full path`)
  const stats = await stat(path).catch(error => explainSource(error, name))
  if (stats.isDirectory()) throw unfit(`${name} is a folder. Drop the files inside it instead`)
  if (!stats.isFile()) throw unfit(`${name} is no file but a device or a pipe. Only files can be shared`)
  await access(path, constants.R_OK).catch(error => explainSource(error, name))
  return stats
}

interface Copying {
  readonly staged: StagedFile
  readonly signal: AbortSignal
  readonly progress: (bytes: number) => void
}

/**
 * Copies the file that `expected` was found of: at once where the file system can share the bytes, else piece by piece.
 * Throws `invalid_input` when it is another file by now or changes meanwhile, the signal's reason, or `disk_full`.
 */
export async function copySource(path: string, expected: Stats, copying: Copying): Promise<void> {
  const name = basename(path)
  const source = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(error =>
    explainSource(error, name),
  )
  const check = async () => {
    const now = await source.stat().catch(error => explainSource(error, name))
    if (!isSameFile(now, expected)) throw unfit(`${name} changed while it was copied. Share it again`)
  }
  try {
    await check()
    if (!(await copying.staged.clone(path))) await copyPieces(source, name, copying)
    await check()
  } finally {
    await source.close()
  }
}

async function copyPieces(source: FileHandle, name: string, { staged, signal, progress }: Copying): Promise<void> {
  const buffer = Buffer.allocUnsafe(pieceSize)
  for (let position = 0; ; ) {
    signal.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, pieceSize, position).catch(error => explainSource(error, name))
    if (bytesRead === 0) return
    await staged.append([buffer.subarray(0, bytesRead)])
    position += bytesRead
    progress(position)
  }
}

const isSameFile = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs

const unfit = (message: string, cause?: unknown) =>
  new AppError('invalid_input', message, { cause, errors: [{ path: 'path', message }] })

/** The system's reason why a file cannot be read, in words. */
function explainSource(error: NodeJS.ErrnoException, name: string): never {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `${name} is not there any more`,
    ENOTDIR: `${name} is not there any more`,
    EACCES: `You may not read ${name}. Change its permissions, or share a copy`,
    EPERM: `You may not read ${name}. Change its permissions, or share a copy`,
    EBUSY: `${name} is in use by another program. Close it there, then share it again`,
    ELOOP: `${name} is a link that leads nowhere`,
    ENAMETOOLONG: 'The path of this file is too long',
  }
  throw unfit(reasons[error.code ?? ''] ?? `${name} could not be read. Check the disk that it is on`, error)
}
