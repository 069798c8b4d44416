/** A new password for somebody else: made by Trunk8, or typed. */
import { useId, useState } from 'react'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import styles from './person-form.module.css'

export interface PasswordChoiceState {
  /** What to send; `undefined`: one is to be made. */
  readonly password: string | undefined
  readonly typed: string
  readonly isTyped: boolean
  readonly setIsTyped: (isTyped: boolean) => void
  readonly setTyped: (typed: string) => void
}

export function usePasswordChoice(): PasswordChoiceState {
  const [isTyped, setIsTyped] = useState(false)
  const [typed, setTyped] = useState('')
  return { password: isTyped ? typed : undefined, typed, isTyped, setIsTyped, setTyped }
}

export function PasswordChoice({ choice, error }: { choice: PasswordChoiceState; error: string | undefined }) {
  const group = useId()
  return (
    <fieldset className={styles.choice}>
      <legend className="form-label">Password</legend>
      <Option group={group} isOn={!choice.isTyped} onChoose={() => choice.setIsTyped(false)}>
        Make a strong one, shown once
      </Option>
      <Option group={group} isOn={choice.isTyped} onChoose={() => choice.setIsTyped(true)}>
        Type one
      </Option>
      {choice.isTyped && (
        <Field label="New password" error={error}>
          {control => (
            <PasswordInput
              control={control}
              value={choice.typed}
              onChange={choice.setTyped}
              autoComplete="new-password"
              autoFocus
            />
          )}
        </Field>
      )}
    </fieldset>
  )
}

interface OptionProps {
  readonly group: string
  readonly isOn: boolean
  readonly onChoose: () => void
  readonly children: string
}

function Option({ group, isOn, onChoose, children }: OptionProps) {
  return (
    <label className={styles.option}>
      <input type="radio" className="form-check-input" name={group} checked={isOn} onChange={onChoose} />
      {children}
    </label>
  )
}
