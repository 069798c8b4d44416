/** API keys as rows: what each is for, what it may do, and when it was last used. */
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { formatExact } from '../lib/format.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './api-keys.module.css'
import { isOver, lastUseIn, limitsIn, scopesIn } from './key-words.ts'

interface KeyListProps {
  readonly label: string
  readonly items: readonly ApiKey[]
  readonly now: number
  /** Say whose each is. */
  readonly isOfAll?: boolean
  readonly onRemove: (key: ApiKey) => void
}

export function KeyList({ label, items, now, isOfAll = false, onRemove }: KeyListProps) {
  return (
    <ul className={styles.list} aria-label={label}>
      {items.map(key => (
        <li key={key.id} className={styles.row}>
          <span className={`t8-tile sm ${isOver(key, now) ? 'bad' : 'plain'}`}>
            <Icon name="key" />
          </span>
          <div className={styles.words}>
            <p className={styles.name}>
              <span className="strong cut">{key.name}</span>
              {isOfAll && <span className="t8-chip">{key.owner}</span>}
              {isOver(key, now) && <span className="t8-chip bad">Expired</span>}
            </p>
            <p className="muted sm">{scopesIn(key)}</p>
            <p className="muted xs">
              <span className="mono">t8_{key.id}</span>
              {` · ${limitsIn(key, now)} · `}
              <span title={key.lastUsedAt && formatExact(key.lastUsedAt)}>{lastUseIn(key, now)}</span>
            </p>
          </div>
          <button
            type="button"
            className="btn btn-quiet btn-s btn-icon"
            aria-label={`Remove ${key.name}${isOfAll ? ` of ${key.owner}` : ''}`}
            title="Remove"
            onClick={() => onRemove(key)}
          >
            <Icon name="trash" />
          </button>
        </li>
      ))}
    </ul>
  )
}
