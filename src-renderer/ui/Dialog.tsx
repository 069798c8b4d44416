/** A dialog: a title, a body, buttons. Esc and the cross close it, the focus goes back to where it was. */
import { type FormEvent, type ReactNode, useId } from 'react'
import Modal from 'react-bootstrap/Modal'
import { Icon } from './Icon.tsx'

interface DialogProps {
  readonly title: ReactNode
  readonly onClose: () => void
  /** Makes the whole a form: Enter sends it. */
  readonly onSubmit?: () => void
  readonly buttons?: ReactNode
  readonly children: ReactNode
}

export function Dialog({ title, onClose, onSubmit, buttons, children }: DialogProps) {
  const titleId = useId()
  const parts = (
    <>
      <Modal.Header>
        <h2 id={titleId} className="grow cut">
          {title}
        </h2>
        <button type="button" className="btn btn-quiet btn-s btn-icon" aria-label="Close" onClick={onClose}>
          <Icon name="x-lg" />
        </button>
      </Modal.Header>
      <Modal.Body>{children}</Modal.Body>
      {buttons && <Modal.Footer>{buttons}</Modal.Footer>}
    </>
  )
  function submit(event: FormEvent) {
    event.preventDefault()
    // A form around the dialog, which lies elsewhere on the page, would hear it as its own.
    event.stopPropagation()
    onSubmit?.()
  }
  return (
    <Modal show onHide={onClose} aria-labelledby={titleId} centered scrollable={false}>
      {onSubmit ? (
        <form noValidate onSubmit={submit}>
          {parts}
        </form>
      ) : (
        parts
      )}
    </Modal>
  )
}
