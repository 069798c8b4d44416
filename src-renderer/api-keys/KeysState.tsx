/** What a list of keys shows while there is none: that it loads, why it could not, or that there are no keys. */
import type { ReactNode } from 'react'
import { NoEntries } from '../ui/EntryList.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import styles from './api-keys.module.css'

interface KeysStateProps {
  readonly query: { readonly isPending: boolean; readonly error: unknown; readonly refetch: () => unknown }
  /** There are none. */
  readonly children: ReactNode
}

export function KeysState({ query: { isPending, error, refetch }, children }: KeysStateProps) {
  if (isPending) {
    return (
      <div className={styles.bones} role="status" aria-label="Loading the API keys">
        <span className="t8-bone" />
        <span className="t8-bone" />
      </div>
    )
  }
  if (!error) return <NoEntries>{children}</NoEntries>
  return <NotLoaded title="The API keys could not be loaded" error={error} onRetry={() => void refetch()} />
}
