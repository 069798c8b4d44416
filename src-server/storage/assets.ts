import { constants, type Stats } from 'node:fs'
import {
  chmod,
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  statfs,
} from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { v4 as uuid } from 'uuid'
import { AppError } from '../contract/errors.ts'
import type { DataDir } from './data-dir.ts'
import { asDiskFull, syncFolder } from './durable.ts'

/**
 * The users' files on disk. A file arrives under a name that nobody is served, and gets its own only once it is whole
 * and on the disk. No path that stands in a TOML file leads out of its owner's assets folder.
 */
export type Assets = ReturnType<typeof createAssets>

/** A file on its way in. `discard` may be called at any time, and after `keep` does nothing. */
export interface StagedFile {
  /** Adds to what is there. Throws `disk_full`. */
  append(pieces: readonly Buffer[]): Promise<void>
  /** Makes it share the bytes of another file, where the file system can do so at once; false where it cannot. */
  clone(source: string): Promise<boolean>
  /**
   * Makes it durable under `<uuid4>.<extension>`, a fresh one unless `id` is given, in another owner's folder if one is
   * named. Returns that name.
   */
  keep(extension: string, owner?: string, id?: string): Promise<string>
  discard(): Promise<void>
}

/** A second hold on a file. */
interface HeldFile {
  putBack(): Promise<void>
  discard(): Promise<void>
}

export interface OpenFile {
  readonly handle: FileHandle
  readonly stats: Stats
}

const partPrefix = '.part-'

// A symlink is not followed, and a FIFO does not make the open wait. Windows has neither flag.
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

export function createAssets(dataDir: DataDir) {
  return {
    /** Starts a file of `owner`. `size`, where it is known: `disk_full` at once where it cannot fit. */
    stage: (owner: string, size = 0): Promise<StagedFile> =>
      stageIn(dataDir.userAssets(owner), size, dataDir.userAssets),

    /** A stored path → the regular file there, opened; undefined where there is none or it lies outside the folder. */
    async open(owner: string, path: string): Promise<OpenFile | undefined> {
      const full = await confine(dataDir.userAssets(owner), path)
      return full === undefined ? undefined : openRegular(full)
    },

    /** Deletes for good; nothing there is fine. */
    async remove(owner: string, path: string): Promise<void> {
      const full = await confine(dataDir.userAssets(owner), path)
      if (full) await rm(full, { force: true })
    },

    /**
     * Holds on to a file, so that it can be put back where it was after somebody took it away; undefined where there is
     * none. Costs no space where the file system has hard links. `discard` lets go of it.
     */
    async hold(owner: string, path: string): Promise<HeldFile | undefined> {
      const full = await confine(dataDir.userAssets(owner), path)
      const kept = join(dataDir.userAssets(owner), `${partPrefix}${uuid()}`)
      if (!full || !(await openRegular(full).then(closeAgain))) return undefined
      await link(full, kept).catch(() => copyFile(full, kept))
      return {
        async putBack() {
          await moveFile(kept, full)
        },
        discard: () => rm(kept, { force: true }),
      }
    },

    /** Moves a file out to `target`, durably. False where there is none. */
    async moveOut(owner: string, path: string, target: string): Promise<boolean> {
      const full = await confine(dataDir.userAssets(owner), path)
      return full !== undefined && moveFile(full, target)
    },

    /** Moves a file from `source` back to its stored path, durably. False where there is none. */
    async moveIn(owner: string, path: string, source: string): Promise<boolean> {
      const folder = dataDir.userAssets(owner)
      if (!isPlainPath(path)) return false
      await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o750 })
      const full = await confine(folder, path)
      return full !== undefined && moveFile(source, full)
    },

    async has(owner: string, path: string): Promise<boolean> {
      return closeAgain(await this.open(owner, path))
    },

    /** Deletes what a crash left half arrived. */
    async sweep(owner: string): Promise<void> {
      const folder = dataDir.userAssets(owner)
      const names = await readdir(folder).catch(missing(() => []))
      const parts = names.filter(name => name.startsWith(partPrefix))
      await Promise.all(parts.map(name => rm(join(folder, name), { force: true })))
    },
  }
}

/** Starts a file in a folder, which is made where missing. Throws `disk_full` at once where `size` bytes cannot fit. */
export async function stageIn(
  folder: string,
  size = 0,
  folderOf: (owner: string) => string = () => folder,
): Promise<StagedFile> {
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const { bavail, bsize } = await statfs(folder)
  if (size > bavail * bsize) {
    throw new AppError('disk_full', 'The disk has no room for this file. Free some space, then try again')
  }
  const path = join(folder, `${partPrefix}${uuid()}`)
  const create = () => open(path, 'wx', 0o600).catch(explainDisk)
  let handle: FileHandle | undefined = await create()
  const close = async () => {
    await handle?.close()
    handle = undefined
  }
  return {
    async append(pieces) {
      if (handle) await writeAll(handle, pieces).catch(explainDisk)
    },
    async clone(source) {
      // A clone wants to make its own file.
      await close()
      await rm(path)
      const isCloned = await copyFile(source, path, constants.COPYFILE_FICLONE_FORCE).then(
        () => true,
        () => false,
      )
      if (isCloned) await chmod(path, 0o600)
      handle = isCloned ? await open(path, 'r+') : await create()
      return isCloned
    },
    async keep(extension, owner, id = uuid()) {
      const target = owner === undefined ? folder : folderOf(owner)
      const name = `${id}.${/^[a-z0-9]{1,32}$/.test(extension) ? extension : 'bin'}`
      try {
        await handle?.chmod(0o640)
        await handle?.sync()
        await close()
        if (target === folder) {
          await rename(path, join(folder, name))
          await syncFolder(folder)
        } else {
          await moveFile(path, join(target, name))
        }
        return name
      } catch (error) {
        await rm(join(target, name), { force: true })
        return explainDisk(error)
      }
    },
    async discard() {
      await close()
      await rm(path, { force: true })
    },
  }
}

/** The system may take less than it is given. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  let left = pieces.filter(piece => piece.length > 0)
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left)
    left = left.flatMap(piece => {
      const taken = Math.min(bytesWritten, piece.length)
      bytesWritten -= taken
      return taken < piece.length ? [piece.subarray(taken)] : []
    })
  }
}

/** Opens what is a regular file at this moment, and nothing else. */
async function openRegular(path: string): Promise<OpenFile | undefined> {
  const handle = await open(path, readOnly).catch(unreadable)
  if (!handle) return undefined
  const stats = await handle.stat()
  if (stats.isFile()) return { handle, stats }
  await handle.close()
  return undefined
}

async function closeAgain(file: OpenFile | undefined): Promise<boolean> {
  await file?.handle.close()
  return file !== undefined
}

/** Folder + stored path → full path, or undefined where it would lead out, be it by a symlink on the way. */
async function confine(folder: string, path: string): Promise<string | undefined> {
  if (!isPlainPath(path)) return undefined
  const full = join(folder, path)
  if (dirname(full) === folder) return full
  const [top, parent] = await Promise.all([folder, dirname(full)].map(name => realpath(name).catch(missing(() => ''))))
  return top && parent?.startsWith(top + sep) ? join(parent, basename(full)) : undefined
}

/** A relative path that goes nowhere but down, on every system. */
export function isPlainPath(path: string): boolean {
  if (path === '' || path.includes('\0') || isAbsolute(path) || /^[a-z]:/i.test(path)) return false
  return path.split(/[\\/]/).every(part => part !== '' && part !== '.' && part !== '..')
}

async function moveFile(source: string, target: string): Promise<boolean> {
  await mkdir(dirname(target), { recursive: true, mode: 0o750 })
  const isMoved = await rename(source, target)
    .catch(error => moveToOtherDisk(error, source, target))
    .then(
      () => true,
      missing(() => false),
    )
  if (isMoved) await Promise.all([syncFolder(dirname(source)), syncFolder(dirname(target))])
  return isMoved
}

/** A user's folder may be a link to another disk, where a rename cannot reach. */
async function moveToOtherDisk(error: NodeJS.ErrnoException, source: string, target: string): Promise<void> {
  if (error.code !== 'EXDEV') throw error
  const part = join(dirname(target), `${partPrefix}${uuid()}`)
  await copyFile(source, part)
  const handle = await open(part, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(part, target)
  await rm(source)
}

const explainDisk = (error: unknown): never => {
  throw asDiskFull(error)
}

const missing =
  <T>(fallback: () => T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return fallback()
    throw error
  }

function unreadable(error: NodeJS.ErrnoException): undefined {
  const expected = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'EISDIR', 'ENXIO', 'ENAMETOOLONG', 'EACCES', 'EPERM']
  if (!expected.includes(error.code ?? '')) throw error
}
