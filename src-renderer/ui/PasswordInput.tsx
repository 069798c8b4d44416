/** A field for a password, which can be looked at. */
import { useState } from 'react'
import type { FieldControl } from './Field.tsx'
import { Icon } from './Icon.tsx'

interface PasswordInputProps {
  readonly control: FieldControl
  readonly value: string
  readonly onChange: (value: string) => void
  /** For password managers. */
  readonly autoComplete: 'current-password' | 'new-password' | 'off'
  readonly autoFocus?: boolean
  /** For a page that has little else. */
  readonly isLarge?: boolean
  /** What the eye says it shows. */
  readonly name?: string
}

export function PasswordInput(props: PasswordInputProps) {
  const { control, value, onChange, autoComplete, autoFocus, isLarge = false, name = 'password' } = props
  const [isShown, setIsShown] = useState(false)
  return (
    <span className={`t8-secret ${isLarge ? 'large' : ''}`}>
      <input
        {...control}
        // biome-ignore lint/a11y/noAutofocus: whoever asks for it opened the form to type the password
        autoFocus={autoFocus}
        type={isShown ? 'text' : 'password'}
        autoComplete={autoComplete}
        spellCheck={false}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
      <button
        type="button"
        className="btn btn-quiet btn-icon t8-eye"
        aria-label={isShown ? `Hide ${name}` : `Show ${name}`}
        aria-pressed={isShown}
        onClick={() => setIsShown(!isShown)}
      >
        <Icon name={isShown ? 'eye-slash' : 'eye'} />
      </button>
    </span>
  )
}
