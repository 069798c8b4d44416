/** Browsers in which somebody is signed in, as rows: what each is, where it came from, and when it was last seen. */
import type { SessionDetails } from '../../src-server/contract/session-list.ts'
import { formatExact, formatPast } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { Entry, EntryList } from '../ui/EntryList.tsx'
import { beginningOf, iconOf } from './session-words.ts'

interface SessionListProps {
  readonly label: string
  readonly items: readonly SessionDetails[]
  readonly isBusy: boolean
  readonly onEnd: (session: SessionDetails) => void
}

export function SessionList({ label, items, isBusy, onEnd }: SessionListProps) {
  const now = useNow()
  return (
    <EntryList label={label}>
      {items.map(session => (
        <Entry
          key={session.id}
          icon={iconOf(session)}
          name={
            <>
              <span className="strong cut">{session.agent}</span>
              {session.isCurrent && <span className="t8-chip on">This browser</span>}
            </>
          }
          actions={
            !session.isCurrent && (
              <button
                type="button"
                className="btn btn-s"
                aria-label={`Sign out ${session.agent} at ${session.address}`}
                disabled={isBusy}
                onClick={() => onEnd(session)}
              >
                Sign out
              </button>
            )
          }
        >
          <p className="muted sm">
            <span className="mono">{session.address}</span>
            {' · '}
            <span title={formatExact(session.lastSeenAt)}>last seen {formatPast(session.lastSeenAt, now)}</span>
          </p>
          <p className="muted xs" title={formatExact(session.createdAt)}>
            {beginningOf(session, now)}
          </p>
        </Entry>
      ))}
    </EntryList>
  )
}
