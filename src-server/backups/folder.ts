import { createWriteStream } from 'node:fs'
import { constants, lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { v4 as uuid } from 'uuid'
import { AppError } from '../contract/errors.ts'
import type { OpenFile } from '../storage/assets.ts'
import { asDiskFull, makeFolder, syncFolder } from '../storage/durable.ts'
import { parseLocalTime, toLocalTime } from '../storage/local-time.ts'
import { metadataName, readMetadata } from './metadata.ts'
import { openArchive, takeEntry } from './zip-reader.ts'

/**
 * The folder of stored backups. A backup gets its name once it is whole, on the disk, and was read back. Zips that people
 * put there count as well if they are named as backups are. Knows no rules.
 */
export type BackupFolder = ReturnType<typeof createBackupFolder>

/** What a stored zip says of itself. */
export interface StoredBackup {
  readonly name: string
  readonly size: number
  readonly createdAt: Date
  /** Absent where it does not say. */
  readonly user?: string | undefined
  readonly createdBy?: string | undefined
  readonly isScheduled: boolean
  readonly problem?: string | undefined
}

interface BackupFolderOptions {
  /** Asked anew each time, since it is a setting. */
  readonly path: () => string
}

const partName = /^\.[^/]+\.part$/
const metadataLimit = 64 * 1024 * 1024

export function createBackupFolder({ path }: BackupFolderOptions) {
  /** Reading a zip's metadata takes its time; it is the same as long as the file is. */
  const known = new Map<string, { readonly version: string; readonly backup: StoredBackup }>()

  let placing: Promise<unknown> = Promise.resolve()

  async function look(name: string): Promise<StoredBackup | undefined> {
    if (!isBackupName(name)) return undefined
    const full = join(path(), name)
    const stats = await lstat(full).catch(() => undefined)
    if (!stats?.isFile()) return undefined
    const version = `${stats.ino} ${stats.size} ${stats.mtimeMs}`
    const before = known.get(full)
    if (before?.version === version) return before.backup
    const backup = { name, size: stats.size, ...(await describe(full, stats.mtime)) }
    known.set(full, { version, backup })
    return backup
  }

  /** One after the other, so that two of the same second do not take the same name. */
  function place(part: string, user: string, at: Date): Promise<string> {
    const turn = placing.then(async () => {
      const name = await freeName(user, at)
      await rename(part, join(path(), name))
      await syncFolder(path())
      return name
    })
    placing = turn.catch(() => {})
    return turn
  }

  async function freeName(user: string, at: Date): Promise<string> {
    const base = backupName(user, at).replace(/\.zip$/, '')
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? `${base}.zip` : `${base}_${count}.zip`
      if (!(await lstat(join(path(), name)).catch(() => undefined))) return name
    }
  }

  return {
    path,

    /** The newest first. A folder that is not there holds none. */
    async list(): Promise<StoredBackup[]> {
      const names = await readdir(path()).catch(() => [])
      const found: StoredBackup[] = []
      for (const name of names) {
        const backup = await look(name)
        if (backup) found.push(backup)
      }
      return found.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    },

    find: look,

    /**
     * Keeps a zip as it comes, and answers its name. Throws `disk_full`, the signal’s reason, `bad_backup` where it cannot
     * be read back, and what the stream throws; then nothing of it is left.
     */
    async keep(zip: Readable, { user, at, signal }: { user: string; at: Date; signal: AbortSignal }): Promise<string> {
      await makeFolder(path()).catch(explainFolder)
      const part = join(path(), `.${uuid()}.part`)
      try {
        await pipeline(zip, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }), { signal })
        await verify(part, signal)
        return await place(part, user, at)
      } catch (error) {
        zip.destroy()
        await rm(part, { force: true })
        throw signal.aborted ? signal.reason : explainDisk(error)
      }
    },

    /** The zip, opened; undefined where there is none. */
    async open(name: string): Promise<OpenFile | undefined> {
      if (!(await look(name))) return undefined
      const handle = await open(join(path(), name), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
      return { handle, stats: await handle.stat() }
    },

    pathOf: (name: string): string => join(path(), name),

    remove: (name: string): Promise<void> => rm(join(path(), name), { force: true }),

    /** Clears away what a crash left half written. */
    async sweep(): Promise<void> {
      const names = await readdir(path()).catch(() => [])
      await Promise.all(names.filter(name => partName.test(name)).map(name => rm(join(path(), name), { force: true })))
    },
  }
}

/** `trunk8_backup_alice_20261124_033925.zip`, as upstream names them. */
export function backupName(user: string, at: Date): string {
  const [day = '', time = ''] = toLocalTime(at).slice(0, 19).split('T')
  const stamp = `${day.replaceAll('-', '')}_${time.replaceAll(':', '')}`
  return `trunk8_backup_${user === '*' ? 'everybody' : user}_${stamp}.zip`
}

/** Other zips may lie in a folder that a person chose: they are none of ours. */
const isBackupName = (name: string): boolean => /^trunk8_backup_[^/\\]*\.zip$/i.test(name) && !name.includes('\0')

async function describe(full: string, modified: Date): Promise<Omit<StoredBackup, 'name' | 'size'>> {
  try {
    const archive = await openArchive(full)
    try {
      if (!archive.entries.has(metadataName)) return { createdAt: modified, isScheduled: false }
      const { backup_info: info } = readMetadata(await archive.readText(metadataName, metadataLimit))
      return {
        user: info?.target_user,
        createdBy: info?.created_by,
        createdAt: parseLocalTime(info?.created_at) ?? modified,
        isScheduled: info?.scheduled ?? false,
      }
    } finally {
      archive.close()
    }
  } catch (error) {
    const problem = error instanceof AppError ? error.message : 'It cannot be read'
    return { createdAt: modified, isScheduled: false, problem }
  }
}

/** Reads a whole zip back: every entry, its checksum, and its hash where the metadata names one. */
async function verify(full: string, signal: AbortSignal): Promise<void> {
  const archive = await openArchive(full)
  try {
    const { files = {} } = readMetadata(await archive.readText(metadataName, metadataLimit))
    for (const name of archive.entries.keys()) {
      const { sha256 } = await takeEntry(archive, name, () => signal.throwIfAborted())
      if (Object.hasOwn(files, name) && files[name] !== sha256) {
        throw new AppError('bad_backup', `The disk did not keep ${name} as it was written. Nothing was kept`)
      }
    }
  } finally {
    archive.close()
  }
}

const explainDisk = (error: unknown): unknown => asDiskFull(error)

function explainFolder(cause: unknown): never {
  throw new AppError('conflict', 'The backup folder cannot be made. Choose another one in Settings', { cause })
}
