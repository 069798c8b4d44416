/** What a key may do, as tick boxes in plain words. */
import { useId } from 'react'
import type { Scope } from '../../src-server/contract/route.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './api-keys.module.css'
import { scopeWords } from './key-words.ts'

interface ScopeChoiceProps {
  readonly offered: readonly Scope[]
  readonly chosen: readonly Scope[]
  readonly error?: string | undefined
  readonly onChange: (scopes: readonly Scope[]) => void
}

export function ScopeChoice({ offered, chosen, error, onChange }: ScopeChoiceProps) {
  const errorId = useId()
  const toggle = (scope: Scope, isOn: boolean) =>
    onChange(offered.filter(it => (it === scope ? isOn : chosen.includes(it))))
  return (
    <fieldset className={styles.scopes} aria-describedby={error ? errorId : undefined}>
      <legend className="form-label">What it may do</legend>
      {offered.map(scope => (
        <label key={scope} className={styles.scope}>
          <input
            type="checkbox"
            className="form-check-input"
            checked={chosen.includes(scope)}
            onChange={event => toggle(scope, event.target.checked)}
          />
          <span>
            <span className="sm">{scopeWords[scope].name}</span>
            <span className="muted xs d-block">{scopeWords[scope].help}</span>
          </span>
        </label>
      ))}
      {error && (
        <p id={errorId} className={`bad xs ${styles.wrong}`} role="alert">
          <Icon name="exclamation-circle" />
          {error}
        </p>
      )}
    </fieldset>
  )
}
