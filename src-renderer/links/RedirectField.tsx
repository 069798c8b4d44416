/** Where a redirect leads to. */
import { Field } from '../ui/Field.tsx'

interface RedirectFieldProps {
  readonly value: string
  readonly error?: string | undefined
  readonly onChange: (url: string) => void
}

export function RedirectField({ value, error, onChange }: RedirectFieldProps) {
  return (
    <Field label="Goes to" error={error}>
      {control => (
        <input
          {...control}
          // biome-ignore lint/a11y/noAutofocus: the screen was opened to type into it
          autoFocus
          type="url"
          autoComplete="off"
          placeholder="https://…"
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
