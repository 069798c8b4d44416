/** Asks before something is done: what comes of it, the button that does it, and why it could not be done. */
import type { ReactNode } from 'react'
import { messageOf } from '../lib/errors.ts'
import { Dialog } from './Dialog.tsx'

interface AskDialogProps {
  readonly title: ReactNode
  /** What the button says: the act itself, never “OK”. */
  readonly act: ReactNode
  /** For what takes nothing away. */
  readonly isHarmless?: boolean
  /** It cannot be done now: it is under way, or something is missing. */
  readonly isDisabled?: boolean
  readonly error?: unknown
  readonly onAct: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

export function AskDialog({
  title,
  act,
  isHarmless = false,
  isDisabled = false,
  error,
  onAct,
  onClose,
  children,
}: AskDialogProps) {
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className={`btn ${isHarmless ? 'btn-primary' : 'btn-danger'}`} disabled={isDisabled}>
        {act}
      </button>
    </>
  )
  return (
    <Dialog title={title} onClose={onClose} onSubmit={onAct} buttons={buttons}>
      {children}
      {error !== null && error !== undefined && (
        <p className="bad sm" role="alert">
          {messageOf(error)}
        </p>
      )}
    </Dialog>
  )
}
