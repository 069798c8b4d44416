/** How long a link works, as a field of a form. */
import { useState } from 'react'
import { formatMoment, toLocalField } from '../lib/format.ts'
import { Field } from '../ui/Field.tsx'
import { expiryFromField, expiryIn, expiryPresets } from './expiry-presets.ts'

interface ExpiryFieldProps {
  /** What is set now. */
  readonly current: string | undefined
  readonly error?: string
  /** `undefined`: as it is. `null`: never. */
  readonly onChange: (expiresAt: string | null | undefined) => void
}

export function ExpiryField({ current, error, onChange }: ExpiryFieldProps) {
  const [choice, setChoice] = useState(current ? 'keep' : 'never')
  const [date, setDate] = useState(() => toLocalField(Date.now() + 7 * 86_400_000))

  function choose(next: string) {
    setChoice(next)
    const preset = expiryPresets.find(({ name }) => name === next)
    if (preset) onChange(expiryIn(preset.milliseconds))
    else if (next === 'date') onChange(expiryFromField(date))
    else onChange(next === 'never' && current ? null : undefined)
  }
  return (
    <>
      <Field label="Expires" error={choice === 'date' ? undefined : error}>
        {control => (
          <select
            {...control}
            className={control.className.replace('form-control', 'form-select')}
            value={choice}
            onChange={event => choose(event.target.value)}
          >
            {current && <option value="keep">{keepWords(current)}</option>}
            <option value="never">Never</option>
            {expiryPresets.map(({ name }) => (
              <option key={name} value={name}>
                In {name}
              </option>
            ))}
            <option value="date">On a date…</option>
          </select>
        )}
      </Field>
      {choice === 'date' && (
        <Field label="Day and time" error={error}>
          {control => (
            <input
              {...control}
              type="datetime-local"
              value={date}
              onChange={event => {
                setDate(event.target.value)
                onChange(expiryFromField(event.target.value))
              }}
            />
          )}
        </Field>
      )}
    </>
  )
}

function keepWords(current: string): string {
  const moment = formatMoment(current, Date.now())
  return Date.parse(current) > Date.now() ? `As set: ${moment}` : `Expired ${moment}`
}
