/** Asks before a backup goes, since nothing brings it back. */
import type { Backup } from '../../src-server/contract/backups.ts'
import { messageOf } from '../lib/errors.ts'
import { formatFact, formatSize } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
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
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={remove.isPending}>
        Delete
      </button>
    </>
  )
  return (
    <Dialog title="Delete this backup?" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>
        <span className="strong">{whoseWords(user, self)}</span>, {formatFact(createdAt)}, {formatSize(size)}. It goes
        for good; the links that it holds stay as they are.
      </p>
      {remove.error && (
        <p className="bad sm" role="alert">
          {messageOf(remove.error)}
        </p>
      )}
    </Dialog>
  )
}
