/** Browsers in which somebody is signed in, as rows: what each is, where it came from, and when it was last seen. */
import type { SessionDetails } from '../../src-server/contract/session-list.ts'
import { formatExact, formatPast } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { Icon } from '../ui/Icon.tsx'
import { beginningOf, iconOf } from './session-words.ts'
import styles from './sessions.module.css'

interface SessionListProps {
  readonly label: string
  readonly items: readonly SessionDetails[]
  readonly isBusy: boolean
  readonly onEnd: (session: SessionDetails) => void
}

export function SessionList({ label, items, isBusy, onEnd }: SessionListProps) {
  const now = useNow()
  return (
    <ul className={styles.list} aria-label={label}>
      {items.map(session => (
        <li key={session.id} className={styles.row}>
          <span className="t8-tile sm plain">
            <Icon name={iconOf(session)} />
          </span>
          <div className={styles.words}>
            <p className={styles.name}>
              <span className="strong cut">{session.agent}</span>
              {session.isCurrent && <span className="t8-chip on">This browser</span>}
            </p>
            <p className="muted sm">
              <span className="mono">{session.address}</span>
              {' · '}
              <span title={formatExact(session.lastSeenAt)}>last seen {formatPast(session.lastSeenAt, now)}</span>
            </p>
            <p className="muted xs" title={formatExact(session.createdAt)}>
              {beginningOf(session, now)}
            </p>
          </div>
          {!session.isCurrent && (
            <button
              type="button"
              className="btn btn-s"
              aria-label={`Sign out ${session.agent} at ${session.address}`}
              disabled={isBusy}
              onClick={() => onEnd(session)}
            >
              Sign out
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
