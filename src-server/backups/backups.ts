import type { Readable } from 'node:stream'
import type { Backup, BackupsPage } from '../contract/backups.ts'
import { AppError } from '../contract/errors.ts'
import type { Job } from '../contract/jobs.ts'
import type { Jobs, RunningJob } from '../jobs/jobs.ts'
import { maySeeLink, type Who } from '../policy.ts'
import type { OpenFile } from '../storage/assets.ts'
import { type BackupFolder, backupName, type StoredBackup } from './folder.ts'
import type { BackupInfo } from './metadata.ts'
import { copyOut } from './outside.ts'
import type { Schedule } from './schedule.ts'
import { type BackupSources, writeBackup } from './write-backup.ts'

/**
 * Making, keeping and handing out backups. Users have their own; an admin has everybody’s, and backups that say nothing
 * of whose they are. Someone else’s does not exist: `not_found`.
 */
export type Backups = ReturnType<typeof createBackups>

interface BackupsOptions {
  readonly sources: BackupSources
  readonly folder: BackupFolder
  readonly jobs: Jobs
  readonly schedule: Pick<Schedule, 'state'>
  readonly version: string
  readonly now: () => Date
}

export function createBackups({ sources, folder, jobs, schedule, version, now }: BackupsOptions) {
  /** Of one's own only what was made since one is here: another person may have had the name before. */
  const maySee = (who: Who, { user, createdAt }: StoredBackup): boolean => {
    if (who.isAdmin || user === undefined) return who.isAdmin
    return maySeeLink(who, user) && createdAt.getTime() >= (sources.createdAt(user)?.getTime() ?? 0)
  }

  /** Whose backup it is to be. Throws `not_allowed` or `not_found`. */
  function chooseUser(who: Who, user = who.username): string {
    if (!maySeeLink(who, user)) throw new AppError('not_allowed', 'You can back up your own links')
    if (user !== '*' && !sources.usernames().includes(user)) {
      throw new AppError('not_found', `There’s no user called ${user}`)
    }
    return user
  }

  async function find(who: Who, name: string): Promise<StoredBackup> {
    const backup = await folder.find(name)
    if (!backup || !maySee(who, backup)) throw new AppError('not_found', 'There’s no such backup')
    return backup
  }

  async function write(info: BackupInfo, job: RunningJob): Promise<Pick<Job, 'backup'>> {
    const zip = writeBackup(sources, { info, signal: job.signal, onProgress: job.progress })
    return { backup: await folder.keep(zip, { user: info.user, at: info.createdAt, signal: job.signal }) }
  }

  return {
    async list(who: Who): Promise<BackupsPage> {
      const items = (await folder.list()).filter(backup => maySee(who, backup)).map(toBackup)
      const { schedule: every, nextAt, problem } = schedule.state()
      return {
        items,
        schedule: every,
        nextAt: nextAt?.toISOString(),
        ...(who.isAdmin && { folder: folder.path(), problem }),
      }
    },

    /** A backup as it is made, and the name to save it under. Ends with `signal`. */
    stream(who: Who, user: string | undefined, signal: AbortSignal): { zip: Readable; name: string } {
      const info = infoOf(who, chooseUser(who, user))
      return {
        zip: writeBackup(sources, { info, signal, onProgress: () => {} }),
        name: backupName(info.user, info.createdAt),
      }
    },

    /** Begins a backup into the folder. */
    store(who: Who, given?: string): Job {
      const user = chooseUser(who, given)
      const title =
        user === '*' ? 'Back up everybody' : user === who.username ? 'Back up your links' : `Back up ${user}`
      const info = infoOf(who, user)
      return jobs.run({ kind: 'backup', owner: who.username, title }, job => write(info, job))
    },

    /** What the schedule does, in the admin’s name. Resolves once the backup is kept; throws why it is not. */
    async storeScheduled(): Promise<void> {
      const job = jobs.start({ kind: 'backup', owner: 'admin', title: 'Scheduled backup' })
      const info = { createdBy: 'admin', user: '*', createdAt: now(), version, isScheduled: true }
      try {
        job.done(await write(info, job))
      } catch (error) {
        job.fail(error)
        throw error
      }
    },

    async open(who: Who, name: string): Promise<OpenFile> {
      await find(who, name)
      const file = await folder.open(name)
      if (!file) throw new AppError('not_found', 'There’s no such backup')
      return file
    },

    /** The full path of a backup that this person may have. */
    async pathOf(who: Who, name: string): Promise<string> {
      await find(who, name)
      return folder.pathOf(name)
    },

    async remove(who: Who, name: string): Promise<void> {
      await find(who, name)
      await folder.remove(name)
    },

    /** Copies a backup to a path of this computer. Throws `invalid_input` where it cannot be written. */
    async saveTo(who: Who, name: string, target: string): Promise<void> {
      await find(who, name)
      await copyOut(folder.pathOf(name), target)
    },
  }

  function infoOf(who: Who, user: string): BackupInfo {
    return { createdBy: who.actor ?? who.username, user, createdAt: now(), version, isScheduled: false }
  }
}

function toBackup({ name, size, createdAt, user = '', createdBy = '', isScheduled, problem }: StoredBackup): Backup {
  return { name, size, createdAt: createdAt.toISOString(), user, createdBy, isScheduled, problem }
}
