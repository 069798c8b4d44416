import { join, resolve } from 'node:path'
import type { Audit } from '../audit/audit.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Assets } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import type { Table, TomlFile } from '../storage/toml-file.ts'
import { createBackups } from './backups.ts'
import { createCommit, type RestoredLinks, type RestoredUsers } from './commit.ts'
import { createBackupFolder } from './folder.ts'
import { createJournal, type JournalFile } from './journal.ts'
import { createRestore } from './restore.ts'
import { type BackupSettings, createSchedule } from './schedule.ts'
import { createRestoreUploads } from './uploads.ts'

/** Everything about backups, put together: finishes what a crash cut short, and starts the schedule. */
interface OpenBackupsOptions {
  readonly dataDir: DataDir
  readonly assets: Assets
  readonly links: RestoredLinks
  readonly users: RestoredUsers
  /** The table `users` of users.toml. */
  readonly userRows: () => Table
  readonly jobs: Jobs
  readonly audit: Audit
  readonly journal: TomlFile<typeof JournalFile>
  /** `folder`: empty for the one in the data folder. */
  readonly settings: () => BackupSettings & { readonly folder: string }
  /** Calls the listener after each change of them; returns the function that ends it. */
  readonly onSettings: (listener: () => void) => () => void
  readonly version: string
  readonly report: (message: string) => void
  readonly now?: () => Date
}

export async function openBackups(options: OpenBackupsOptions) {
  const { dataDir, assets, links, users, userRows, jobs, audit, settings, version, report } = options
  const now = options.now ?? (() => new Date())
  const folder = createBackupFolder({
    path: () => (settings().folder === '' ? join(dataDir.root, 'backups') : resolve(dataDir.root, settings().folder)),
  })
  const uploads = createRestoreUploads({ folder: dataDir.state('restores') })
  const journal = createJournal(options.journal)
  const commit = createCommit({ dataDir, assets, links, users, journal, report })
  await Promise.all([folder.sweep(), uploads.sweep(), commit.recover()])

  const { names: usernames, createdAt } = users
  const sources = { dataDir, assets, rowsOf: links.rowsOf, usernames, createdAt, userRows }
  const schedule = createSchedule({
    ...{ settings, folder, report, now },
    make: () => backups.storeScheduled(),
  })
  const backups = createBackups({ sources, folder, jobs, schedule, version, now })
  const restore = createRestore({
    ...{ uploads, jobs, audit, storedPath: backups.pathOf },
    disk: { dataDir, links, users, assets, commit, now },
  })
  schedule.start()
  const stopListening = options.onSettings(() => void schedule.look())
  return {
    ...{ backups, restore },
    async close(): Promise<void> {
      stopListening()
      await Promise.all([schedule.stop(), jobs.stop()])
      await uploads.close()
      await journal.close()
    },
  }
}
