/** A list of words: each can be taken out, more are typed or pasted, with spaces or commas between them. */
import { type KeyboardEvent, useRef, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import type { ControlProps } from './SettingControl.tsx'
import styles from './setting-row.module.css'

interface ListEditorProps extends ControlProps {
  /** Endings of file names: kept in small letters, without their dot. */
  readonly isEndings: boolean
  readonly example: string
}

export function ListEditor({ value, onChange, isDisabled, ids, isEndings, example }: ListEditorProps) {
  const [draft, setDraft] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const items = Array.isArray(value) ? value : []
  const toItem = (word: string) => (isEndings ? word.toLowerCase().replace(/^\.+/, '') : word)

  function add(): void {
    const words = draft.split(/[\s,;]+/).map(toItem)
    const fresh = [...new Set(words)].filter(word => word !== '' && !items.includes(word))
    setDraft('')
    if (fresh.length > 0) onChange([...items, ...fresh])
  }
  function remove(item: string): void {
    onChange(items.filter(it => it !== item))
    // The button that had the focus is gone.
    input.current?.focus()
  }
  function handleKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') add()
    if (event.key === 'Escape') setDraft('')
  }
  return (
    <div className={styles.list}>
      {items.length > 0 && (
        <ul className={styles.items} aria-labelledby={ids.label}>
          {items.map(item => (
            <li key={item}>
              <button
                type="button"
                className={`t8-chip ${styles.item}`}
                aria-label={`Remove ${item}`}
                disabled={isDisabled}
                onClick={() => remove(item)}
              >
                {item}
                <Icon name="x-lg" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <span className={styles.typed}>
        <input
          ref={input}
          id={ids.control}
          className={`form-control ${styles.adding} ${ids.isWrong ? 'is-invalid' : ''}`}
          placeholder={`Such as ${example}`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-describedby={ids.notes}
          disabled={isDisabled}
          value={draft}
          onChange={event => setDraft(event.target.value)}
          onBlur={add}
          onKeyDown={handleKey}
        />
        <button type="button" className="btn" disabled={isDisabled || draft.trim() === ''} onClick={add}>
          Add
        </button>
      </span>
    </div>
  )
}
