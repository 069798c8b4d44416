/** A field for a code of the app, or a recovery code in its place. */
import type { FieldControl } from '../ui/Field.tsx'
import styles from './two-factor.module.css'

interface CodeInputProps {
  readonly control: FieldControl
  readonly value: string
  readonly onChange: (value: string) => void
  readonly autoFocus?: boolean
  /** A recovery code will do as well, so that a phone shows letters. */
  readonly takesRecovery?: boolean
}

export function CodeInput({ control, value, onChange, autoFocus, takesRecovery = false }: CodeInputProps) {
  return (
    <input
      {...control}
      // biome-ignore lint/a11y/noAutofocus: whoever asks for it opened the form to type the code
      autoFocus={autoFocus}
      className={`${control.className} ${styles.code}`}
      autoComplete="one-time-code"
      inputMode={takesRecovery ? 'text' : 'numeric'}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      value={value}
      onChange={event => onChange(event.target.value)}
    />
  )
}
