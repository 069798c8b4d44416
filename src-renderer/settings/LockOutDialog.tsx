/** Asks before somebody shuts themselves out. */
import { AskDialog } from '../ui/AskDialog.tsx'

interface LockOutDialogProps {
  /** Who would be shut out, and why. */
  readonly words: string
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

export function LockOutDialog({ words, onConfirm, onCancel }: LockOutDialogProps) {
  return (
    <AskDialog title="Lock yourself out?" act="Lock me out" onAct={onConfirm} onClose={onCancel}>
      <p>{words}.</p>
      <p className="muted sm">
        You stay signed in until you sign out. After that, only a listed address or the Trunk8 window on its own
        computer gets you back in.
      </p>
    </AskDialog>
  )
}
