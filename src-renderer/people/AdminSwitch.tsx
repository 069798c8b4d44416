/** Whether a person is an admin. */
import styles from './person-form.module.css'

interface AdminSwitchProps {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  /** Why it cannot be changed. */
  readonly fixedBy?: string
}

export function AdminSwitch({ isOn, onChange, fixedBy }: AdminSwitchProps) {
  return (
    <label className={`form-check form-switch ${styles.switch}`}>
      <input
        type="checkbox"
        role="switch"
        className="form-check-input"
        checked={isOn}
        aria-checked={isOn}
        disabled={fixedBy !== undefined}
        onChange={event => onChange(event.target.checked)}
      />
      <span>
        <span className="strong sm">Admin</span>
        <span className="muted xs d-block">{fixedBy ?? 'Sees and changes everybody’s links, people and settings'}</span>
      </span>
    </label>
  )
}
