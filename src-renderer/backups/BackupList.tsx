/** The backups that are kept, the newest first. */
import { type Backup, backupFilePath } from '../../src-server/contract/backups.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { formatExact, formatPast, formatSize } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import { whoseWords } from './backup-words.ts'
import styles from './backups.module.css'
import { useSaveBackup } from './queries.ts'

interface BackupListProps {
  readonly backups: readonly Backup[]
  readonly self: string
  readonly now: number
  readonly onRestore: (backup: Backup) => void
  readonly onDelete: (backup: Backup) => void
}

export function BackupList({ backups, ...rest }: BackupListProps) {
  return (
    <ul className={styles.list} aria-label="Backups">
      {backups.map(backup => (
        <BackupRow key={backup.name} backup={backup} {...rest} />
      ))}
    </ul>
  )
}

type BackupRowProps = Omit<BackupListProps, 'backups'> & { readonly backup: Backup }

function BackupRow({ backup, self, now, onRestore, onDelete }: BackupRowProps) {
  const { name, user, createdAt, createdBy, size, isScheduled, problem } = backup
  const who = whoseWords(user, self)
  const when = formatPast(createdAt, now)
  const of = `${who}, ${when}`
  const by = createdBy === '' || createdBy === self || isScheduled ? '' : ` · by ${createdBy}`
  return (
    <li className={styles.row}>
      <span className={`t8-tile sm ${problem ? 'bad' : 'plain'}`}>
        <Icon name="archive" />
      </span>
      <div className={styles.words}>
        <p className={styles.name}>
          <span className="strong cut" title={name}>
            {who}
          </span>
          {isScheduled && <span className="t8-chip">By itself</span>}
        </p>
        <p className={`sm ${problem ? 'bad' : 'muted'}`}>
          {problem ?? (
            <>
              <time dateTime={createdAt} title={formatExact(createdAt)}>
                {when}
              </time>
              <span className="num">{` · ${formatSize(size)}`}</span>
              {by}
            </>
          )}
        </p>
      </div>
      <div className={styles.actions}>
        {!problem && (
          <button type="button" className="btn btn-s" aria-label={`Restore ${of}`} onClick={() => onRestore(backup)}>
            Restore…
          </button>
        )}
        <Download name={name} of={of} />
        <button
          type="button"
          className="btn btn-quiet btn-s btn-icon"
          aria-label={`Delete ${of}`}
          title="Delete"
          onClick={() => onDelete(backup)}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  )
}

/** In a browser a plain link, which it can resume; in the window the system's own dialog. */
function Download({ name, of }: { name: string; of: string }) {
  const save = useSaveBackup()
  const look = { className: 'btn btn-quiet btn-s btn-icon', 'aria-label': `Download ${of}`, title: 'Download' }
  if (!isDesktop) {
    return (
      <a {...look} href={backupFilePath(name)} download={name}>
        <Icon name="download" />
      </a>
    )
  }
  const handleSave = () =>
    save.mutate(name, {
      onSuccess: path => path !== null && say(`Saved as ${path}`),
      onError: error => say(messageOf(error), { isBad: true }),
    })
  return (
    <button type="button" {...look} disabled={save.isPending} onClick={handleSave}>
      <Icon name="download" />
    </button>
  )
}
