/** What a passkey is called. */
import { Field } from '../ui/Field.tsx'

interface NameFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
}

export function NameField({ value, onChange, error }: NameFieldProps) {
  return (
    <Field label="Name" hint="So that you know it again, such as “Phone” or “Office laptop”" {...(error && { error })}>
      {control => (
        <input
          {...control}
          // biome-ignore lint/a11y/noAutofocus: the dialog was opened to type it
          autoFocus
          autoComplete="off"
          maxLength={50}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
