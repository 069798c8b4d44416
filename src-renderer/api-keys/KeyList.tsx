/** API keys as rows: what each is for, what it may do, and when it was last used. */
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { formatExact } from '../lib/format.ts'
import { Entry, EntryList } from '../ui/EntryList.tsx'
import { Icon } from '../ui/Icon.tsx'
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
    <EntryList label={label}>
      {items.map(key => (
        <Entry
          key={key.id}
          icon="key"
          isBad={isOver(key, now)}
          name={
            <>
              <span className="strong cut">{key.name}</span>
              {isOfAll && <span className="t8-chip">{key.owner}</span>}
              {isOver(key, now) && <span className="t8-chip bad">Expired</span>}
            </>
          }
          actions={
            <button
              type="button"
              className="btn btn-quiet btn-s btn-icon"
              aria-label={`Remove ${key.name}${isOfAll ? ` of ${key.owner}` : ''}`}
              title="Remove"
              onClick={() => onRemove(key)}
            >
              <Icon name="trash" />
            </button>
          }
        >
          <p className="muted sm">{scopesIn(key)}</p>
          <p className="muted xs">
            <span className="mono">t8_{key.id}</span>
            {` · ${limitsIn(key, now)} · `}
            <span title={key.lastUsedAt && formatExact(key.lastUsedAt)}>{lastUseIn(key, now)}</span>
          </p>
        </Entry>
      ))}
    </EntryList>
  )
}
