/** What is typed: saved when it is left or on Enter, as it was on Esc. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { ControlProps } from './SettingControl.tsx'
import styles from './setting-row.module.css'

interface TypedFieldProps extends ControlProps {
  readonly unit?: string
  readonly isNumber?: boolean
}

export function TypedField({ value, onChange, isDisabled, ids, unit = '', isNumber = false }: TypedFieldProps) {
  const saved = String(value)
  const [draft, setDraft] = useState(saved)
  const input = useRef<HTMLInputElement>(null)
  const last = useRef(saved)
  useEffect(() => {
    const before = last.current
    last.current = saved
    // What somebody else changes does not go under the hands of who is typing.
    const isTyping = document.activeElement === input.current
    setDraft(draft => (isTyping && draft !== before ? draft : saved))
  }, [saved])

  function commit(): void {
    const text = draft.trim()
    if (text === saved) setDraft(saved)
    else onChange(isNumber ? toNumber(text) : text)
  }
  function handleKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') commit()
    if (event.key === 'Escape') setDraft(saved)
  }
  return (
    <span className={styles.typed}>
      <input
        ref={input}
        id={ids.control}
        className={`form-control ${isNumber ? styles.number : 'w-100'} ${ids.isWrong ? 'is-invalid' : ''}`}
        type="text"
        inputMode={isNumber ? 'decimal' : undefined}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={ids.notes}
        aria-invalid={ids.isWrong || undefined}
        disabled={isDisabled}
        value={draft}
        onChange={event => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={handleKey}
      />
      {unit && <span className="muted sm">{unit}</span>}
    </span>
  )
}

/** What is no number stays what was typed: the key's own check says what is allowed. */
function toNumber(text: string): number | string {
  const number = Number(text.replace(',', '.'))
  return text === '' || Number.isNaN(number) ? text : number
}
