/** A new password for somebody else: made by Trunk8, or typed. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { meQuery } from '../lib/me.ts'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { StrengthNote } from '../ui/StrengthNote.tsx'
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

interface PasswordChoiceProps {
  readonly choice: PasswordChoiceState
  readonly error: string | undefined
  /** Names of whose it is to be. */
  readonly known: readonly string[]
}

export function PasswordChoice({ choice, error, known }: PasswordChoiceProps) {
  const group = useId()
  const { data: me } = useQuery(meQuery())
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
        <div>
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
          <StrengthNote
            password={choice.typed}
            shortest={me?.shortestPassword}
            known={known}
            isSilent={error !== undefined}
          />
        </div>
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
