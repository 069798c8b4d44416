/** What was found in the folder that the person chose, before Trunk8 goes over to it. */
import { useState } from 'react'
import type { FoundFolder } from '../../src-main/contract.ts'
import { messageOf } from '../lib/errors.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './desktop.module.css'
import { FolderFindings, KnownPasswordField } from './FolderFindings.tsx'
import { useMoveTo } from './queries.ts'

interface MoveDialogProps {
  readonly found: FoundFolder
  readonly onClose: () => void
  readonly onChooseAnother: () => void
}

export function MoveDialog({ found, onClose, onChooseAnother }: MoveDialogProps) {
  const [adminPassword, setAdminPassword] = useState('')
  const move = useMoveTo()
  function submit() {
    if (found.kind === 'other') return onChooseAnother()
    move.mutate(
      { token: found.token, adminPassword },
      {
        onSuccess() {
          say('Trunk8 uses the other folder now')
          onClose()
        },
      },
    )
  }
  return (
    <AskDialog
      title="Use another folder"
      act={found.kind === 'other' ? 'Choose another…' : move.isPending ? 'Opening it…' : 'Use this folder'}
      isHarmless
      isDisabled={move.isPending}
      onAct={submit}
      onClose={onClose}
    >
      <div className={styles.form}>
        <FolderFindings found={found} />
        {found.kind === 'trunk8' && <KnownPasswordField value={adminPassword} onChange={setAdminPassword} />}
        {found.kind !== 'other' && (
          <p className="muted sm">
            Links of the present folder stop working until you come back to it. Nothing is moved or copied.
          </p>
        )}
        {move.isError && (
          <p className="bad sm" role="alert">
            {messageOf(move.error)}.
          </p>
        )}
      </div>
    </AskDialog>
  )
}
