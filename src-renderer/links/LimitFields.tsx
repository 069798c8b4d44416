/** Who may open a new link: a password and a number of visits, folded away until somebody wants them. */
import { useState } from 'react'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import styles from './new-link.module.css'

export interface LimitDraft {
  readonly password: string
  /** As it is typed. */
  readonly maxVisits: string
}

interface LimitFieldsProps {
  readonly draft: LimitDraft
  readonly errors: Readonly<Record<string, string>>
  readonly opening: 'download' | 'visit'
  readonly onChange: (part: Partial<LimitDraft>) => void
}

export function LimitFields({ draft, errors, opening, onChange }: LimitFieldsProps) {
  const [isOpen, setIsOpen] = useState(false)
  const isRefused = Boolean(errors.password || errors.maxVisits)
  return (
    <details
      className={styles.limits}
      open={isOpen || isRefused}
      onToggle={event => setIsOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon name="chevron-down" className="chevron" />
        Password or number of {opening}s
      </summary>
      <div className={styles.fields}>
        <Field label="Password" error={errors.password} hint="Visitors type it first. Left empty, nobody has to">
          {control => (
            <PasswordInput
              control={control}
              value={draft.password}
              onChange={password => onChange({ password })}
              // Else the browser would fill in the password of whoever is signed in.
              autoComplete="new-password"
            />
          )}
        </Field>
        <Field
          label={opening === 'download' ? 'Downloads' : 'Visits'}
          error={errors.maxVisits}
          hint="Used up after so many. Left empty, there is no limit"
        >
          {control => (
            <input
              {...control}
              type="number"
              inputMode="numeric"
              min={1}
              autoComplete="off"
              value={draft.maxVisits}
              onChange={event => onChange({ maxVisits: event.target.value })}
            />
          )}
        </Field>
      </div>
    </details>
  )
}
