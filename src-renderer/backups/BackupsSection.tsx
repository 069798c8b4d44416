/** Backups: making one, those that are kept, and bringing one back. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Backup, BackupsPage } from '../../src-server/contract/backups.ts'
import { useNow } from '../lib/now.ts'
import { Icon } from '../ui/Icon.tsx'
import { Notice } from '../ui/Notice.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { BackupList } from './BackupList.tsx'
import { scheduleWords } from './backup-words.ts'
import styles from './backups.module.css'
import { DeleteBackupDialog } from './DeleteBackupDialog.tsx'
import { MakeBackup } from './MakeBackup.tsx'
import { backupQueries, type Source } from './queries.ts'
import { RestoreDialog } from './RestoreDialog.tsx'
import { RunningJobs } from './RunningJobs.tsx'

interface BackupsSectionProps {
  /** Who looks. */
  readonly user: { readonly username: string; readonly isAdmin: boolean }
}

/** What a dialog is open for; a restore without a source asks for one. */
type Open =
  | { readonly kind: 'restore'; readonly source?: Source }
  | { readonly kind: 'delete'; readonly backup: Backup }

export function BackupsSection({ user }: BackupsSectionProps) {
  const page = useQuery(backupQueries.list())
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  return (
    <div className={styles.section}>
      {page.data?.problem && (
        <Notice kind="bad" title="The last backup failed">
          {page.data.problem}.
        </Notice>
      )}
      <div className={styles.bar}>
        <MakeBackup user={user} />
        <button type="button" className="btn" onClick={() => setOpen({ kind: 'restore' })}>
          <Icon name="upload" />
          Restore from a file
        </button>
      </div>
      <RunningJobs told={page.data?.problem} />
      <Body
        page={page.data}
        error={page.error}
        self={user.username}
        onRetry={() => void page.refetch()}
        onRestore={({ name }) => setOpen({ kind: 'restore', source: { kind: 'stored', name } })}
        onDelete={backup => setOpen({ kind: 'delete', backup })}
      />
      {open?.kind === 'restore' && <RestoreDialog user={user} given={open.source} onClose={close} />}
      {open?.kind === 'delete' && <DeleteBackupDialog backup={open.backup} self={user.username} onClose={close} />}
    </div>
  )
}

interface BodyProps {
  readonly page: BackupsPage | undefined
  readonly error: unknown
  readonly self: string
  readonly onRetry: () => void
  readonly onRestore: (backup: Backup) => void
  readonly onDelete: (backup: Backup) => void
}

function Body({ page, error, onRetry, ...list }: BodyProps) {
  const now = useNow()
  if (!page && !error) return <Bones />
  if (!page) {
    return <NotLoaded title="The backups could not be loaded" error={error} onRetry={onRetry} />
  }
  return (
    <>
      {page.items.length > 0 ? (
        <BackupList backups={page.items} now={now} {...list} />
      ) : (
        <div className={styles.empty}>
          <p className="strong">No backups yet</p>
          <p className="muted sm">
            A backup is a zip of links and their files. Make one, or bring one back from a file.
          </p>
        </div>
      )}
      <p className={`muted xs ${styles.foot}`}>
        {scheduleWords(page, now)}
        {page.folder && (
          <>
            {' '}
            Backups are kept in <span className="mono">{page.folder}</span>
          </>
        )}
      </p>
    </>
  )
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading the backups">
      {[1, 2, 3].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
