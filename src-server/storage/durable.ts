import { randomUUID } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../contract/errors.ts'

/**
 * Writing that survives kill -9, power cuts and full disks: at any moment the file is the old one or the new one, whole.
 * When a write here resolves, it is on the disk; when it rejects, the old file stands and nothing is left beside it.
 */

/** The name of a file on its way: `.NAME.UUID.tmp`. */
const temporaryName = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/

/**
 * Replaces a file (mode 0600; its folder is made, mode 0750, where missing). Returns what `stat` will say of it.
 * Throws `disk_full` where no space is left, and the system's own error otherwise.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<BigIntStats> {
  const target = await realpath(path).catch(() => path)
  const folder = dirname(target)
  await makeFolder(folder)
  const temporary = join(folder, `.${basename(target)}.${randomUUID()}.tmp`)
  try {
    const stats = await writeSynced(temporary, content)
    await renameInto(temporary, target)
    await syncFolder(folder)
    return stats
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw asDiskFull(error)
  }
}

/**
 * Adds a line to a file that only grows (mode 0600, made where missing). A last line that a crash cut short is ended
 * first, so that it spoils no other. Throws as `writeDurably` does. Callers take turns.
 */
export async function appendDurably(path: string, line: string): Promise<void> {
  try {
    await using(await open(path, 'a+', 0o600), async file => {
      const { size } = await file.stat()
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
      const isTorn = size > 0 && buffer.toString() !== '\n'
      await file.appendFile(`${isTorn ? '\n' : ''}${line}\n`)
      await file.sync()
      if (size === 0) await syncFolder(dirname(path))
    })
  } catch (error) {
    throw asDiskFull(error)
  }
}

/** The text of a file; undefined: there is none. Throws the system's own error otherwise. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Makes a folder and those above it, open to nobody else (0750), where they are missing. */
export async function makeFolder(path: string): Promise<void> {
  // Node's own `recursive` never ends where a folder that exists refuses to hold another, as /proc does.
  try {
    await mkdir(path, { mode: 0o750 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' || dirname(path) === path || (await stat(dirname(path)).catch(() => undefined))) {
      const isThere = (await stat(path).catch(() => undefined))?.isDirectory()
      if (isThere) return
      throw error
    }
    await makeFolder(dirname(path))
    await makeFolder(path)
  }
}

/** Makes renames and new names in a folder last through a power cut. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using(await open(folder, 'r'), file => file.sync())
}

/** Removes what writes that were cut short have left in a folder; a folder that is missing has none. */
export async function sweepTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.filter(name => temporaryName.test(name)).map(name => rm(join(folder, name), { force: true })))
}

/** What the system says when nothing more fits → `disk_full`; everything else as it came. */
export function asDiskFull(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new AppError('disk_full', 'The disk is full. Free some space, then try again', { cause: error })
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<BigIntStats> {
  return using(await open(path, 'wx', 0o600), async file => {
    await file.writeFile(content)
    await file.sync()
    return file.stat({ bigint: true })
  })
}

async function using<T>(file: FileHandle, use: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

/** On Windows a virus scanner or an indexer may hold the old file for a moment. */
async function renameInto(from: string, to: string): Promise<void> {
  const attempts = process.platform === 'win32' ? 10 : 1
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to)
    } catch (error) {
      const isHeld = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
      if (!isHeld || attempt >= attempts) throw error
      await sleep(50)
    }
  }
}
