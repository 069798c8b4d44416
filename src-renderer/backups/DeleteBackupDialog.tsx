/** Asks before a backup goes, since nothing brings it back. */
import type { Backup } from '../../src-server/contract/backups.ts'
import { formatFact, formatSize } from '../lib/format.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { whoseWords } from './backup-words.ts'
import { useRemoveBackup } from './queries.ts'

interface DeleteBackupDialogProps {
  readonly backup: Backup
  readonly self: string
  readonly onClose: () => void
}

export function DeleteBackupDialog({ backup, self, onClose }: DeleteBackupDialogProps) {
  const { name, user, createdAt, size } = backup
  const remove = useRemoveBackup()
  function submit() {
    remove.mutate(name, {
      onSuccess() {
        say('The backup was deleted')
        onClose()
      },
    })
  }
  return (
    <AskDialog
      title="Delete this backup?"
      act="Delete"
      isDisabled={remove.isPending}
      error={remove.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>
        <span className="strong">{whoseWords(user, self)}</span>, {formatFact(createdAt)}, {formatSize(size)}. It goes
        for good; the links that it holds stay as they are.
      </p>
    </AskDialog>
  )
}
