/** The control that fits a key: switch, number with its unit, choice, list or text. */
import { type InstanceKey, instanceSettings, type SettingValue } from '../../src-server/contract/instance.ts'
import { ListEditor } from './ListEditor.tsx'
import styles from './setting-row.module.css'
import { choicesOf, exampleOf, hasLongChoices, unitOf } from './setting-words.ts'
import { TypedField } from './TypedField.tsx'

export interface ControlProps {
  readonly value: SettingValue
  readonly onChange: (value: SettingValue) => void
  readonly isDisabled: boolean
  /** Ids of the control itself, of its label, and of what else is said of it. */
  readonly ids: {
    readonly control: string
    readonly label: string
    readonly notes: string
    readonly isWrong: boolean
  }
}

export function SettingControl({ name, ...props }: ControlProps & { readonly name: InstanceKey }) {
  switch (instanceSettings[name].control) {
    case 'switch':
      return <Switch {...props} />
    case 'number':
      return <TypedField {...props} unit={unitOf(name)} isNumber />
    case 'text':
      return <TypedField {...props} />
    case 'list':
      return <ListEditor {...props} isEndings={name === 'uploads.allowed_extensions'} example={exampleOf(name)} />
    case 'choice':
      return hasLongChoices(name) ? <Radios {...props} name={name} /> : <Choice {...props} name={name} />
  }
}

function Switch({ value, onChange, isDisabled, ids }: ControlProps) {
  return (
    <span className={`form-switch ${styles.switch}`}>
      <input
        id={ids.control}
        type="checkbox"
        role="switch"
        className="form-check-input"
        aria-describedby={ids.notes}
        checked={value === true}
        aria-checked={value === true}
        disabled={isDisabled}
        onChange={event => onChange(event.target.checked)}
      />
    </span>
  )
}

function Choice({ name, value, onChange, isDisabled, ids }: ControlProps & { readonly name: InstanceKey }) {
  const choices = choicesOf(name) ?? {}
  const current = String(value)
  return (
    <select
      id={ids.control}
      className="form-select w-100"
      aria-describedby={ids.notes}
      aria-invalid={ids.isWrong || undefined}
      value={current}
      disabled={isDisabled}
      onChange={event => onChange(event.target.value)}
    >
      {!Object.hasOwn(choices, current) && <option value={current}>{current}</option>}
      {Object.entries(choices).map(([choice, words]) => (
        <option key={choice} value={choice}>
          {words}
        </option>
      ))}
    </select>
  )
}

function Radios({ name, value, onChange, isDisabled, ids }: ControlProps & { readonly name: InstanceKey }) {
  return (
    <div role="radiogroup" aria-labelledby={ids.label} aria-describedby={ids.notes} className={styles.radios}>
      {Object.entries(choicesOf(name) ?? {}).map(([choice, words]) => (
        <label key={choice} className={styles.radio}>
          <input
            type="radio"
            className="form-check-input"
            name={ids.control}
            checked={choice === value}
            disabled={isDisabled}
            onChange={() => onChange(choice)}
          />
          <span className="sm">{words}</span>
        </label>
      ))}
    </div>
  )
}
