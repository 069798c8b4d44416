/** Asks before somebody shuts themselves out. */
import { Dialog } from '../ui/Dialog.tsx'

interface LockOutDialogProps {
  /** Who would be shut out, and why. */
  readonly words: string
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

export function LockOutDialog({ words, onConfirm, onCancel }: LockOutDialogProps) {
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger">
        Lock me out
      </button>
    </>
  )
  return (
    <Dialog title="Lock yourself out?" onClose={onCancel} onSubmit={onConfirm} buttons={buttons}>
      <p>{words}.</p>
      <p className="muted sm">
        You stay signed in until you sign out. After that, only a listed address or the Trunk8 window on its own
        computer gets you back in.
      </p>
    </Dialog>
  )
}
