/** What an HTML page may do in a visitor’s browser, as a field of a form. The instance says how much there is to choose. */
import { useQuery } from '@tanstack/react-query'
import { type HtmlMode, htmlModes, withinMode } from '../../src-server/contract/html-mode.ts'
import { Field } from '../ui/Field.tsx'
import { htmlModeWords } from './link-words.ts'
import { linkQueries } from './queries.ts'

interface HtmlModeFieldProps {
  /** `undefined`: all that the instance allows. */
  readonly value: HtmlMode | undefined
  readonly error?: string | undefined
  readonly onChange: (mode: HtmlMode | undefined) => void
}

export function HtmlModeField({ value, error, onChange }: HtmlModeFieldProps) {
  const most = useMostAllowed()
  const isCut = value !== undefined && withinMode(most, value) !== value
  const hint = isCut
    ? `The settings allow no more than this: ${lower(htmlModeWords[most])}`
    : `${value ? 'It' : `The settings say: ${lower(htmlModeWords[most])}. It`} never sees Trunk8 or its cookies`
  return (
    <Field label="What this page may do" hint={hint} {...(error !== undefined && { error })}>
      {control => (
        <select
          {...control}
          className={control.className.replace('form-control', 'form-select')}
          value={value ?? ''}
          onChange={event => onChange(htmlModes.find(mode => mode === event.target.value))}
        >
          <option value="">As the settings say</option>
          {htmlModes.map(mode => (
            <option key={mode} value={mode} disabled={withinMode(most, mode) !== mode && mode !== value}>
              {htmlModeWords[mode]}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** The least until it is known. */
export const useMostAllowed = (): HtmlMode => useQuery(linkQueries.limits()).data?.htmlMode ?? 'static'

const lower = (words: string) => words.charAt(0).toLowerCase() + words.slice(1)
