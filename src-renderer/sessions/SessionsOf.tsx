/** Where somebody is signed in, with all that the list can be instead: loading, failed, empty. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { messageOf } from '../lib/errors.ts'
import { NoEntries } from '../ui/EntryList.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { say } from '../ui/Toaster.tsx'
import { sessionsQuery, useEndSessions } from './queries.ts'
import { SessionList } from './SessionList.tsx'
import styles from './sessions.module.css'

interface SessionsOfProps {
  readonly label: string
  /** Whose; undefined: one's own. */
  readonly name?: string
  /** On the button that ends them all. */
  readonly endAll: string
  /** There are none. */
  readonly children: ReactNode
}

export function SessionsOf({ label, name, endAll, children }: SessionsOfProps) {
  const query = useQuery(sessionsQuery(name))
  const end = useEndSessions(name)
  const items = query.data
  const onError = (error: unknown) => say(messageOf(error), { isBad: true })
  if (query.isPending) {
    return (
      <div className={styles.bones} role="status" aria-label={`Loading: ${label}`}>
        <span className="t8-bone" />
        <span className="t8-bone" />
      </div>
    )
  }
  if (!items)
    return <NotLoaded title="The list could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
  if (items.length === 0) return <NoEntries>{children}</NoEntries>
  const others = items.filter(({ isCurrent }) => !isCurrent)
  return (
    <div className={styles.all}>
      <SessionList
        label={label}
        items={items}
        isBusy={end.isPending}
        onEnd={({ id, agent }) => end.mutate(id, { onSuccess: () => say(`${agent} is signed out`), onError })}
      />
      {others.length > 1 && (
        <button
          type="button"
          className={`btn ${styles.endAll}`}
          disabled={end.isPending}
          onClick={() => end.mutate(undefined, { onSuccess: () => say('Signed out'), onError })}
        >
          {endAll}
        </button>
      )}
    </div>
  )
}
