/** A labelled field with its hint and, once it was refused, the reason. */
import { type ReactNode, useId } from 'react'
import styles from './field.module.css'
import { Icon } from './Icon.tsx'

/** What ties a control to its label, hint and error. */
export interface FieldControl {
  readonly id: string
  readonly className: string
  readonly 'aria-invalid': boolean | undefined
  readonly 'aria-describedby': string | undefined
}

interface FieldProps {
  readonly label: string
  readonly hint?: string
  readonly error?: string
  readonly children: (control: FieldControl) => ReactNode
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const note = error ?? hint
  return (
    <div>
      <label className="form-label d-block" htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: `form-control w-100 ${error ? 'is-invalid' : ''}`,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': note ? noteId : undefined,
      })}
      {note && (
        <p id={noteId} className={`xs ${styles.note} ${error ? 'bad' : 'muted'}`}>
          {error && <Icon name="exclamation-circle" />}
          {note}
        </p>
      )}
    </div>
  )
}
