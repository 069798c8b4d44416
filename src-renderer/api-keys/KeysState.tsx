/** What a list of keys shows while there is none: that it loads, why it could not, or that there are no keys. */
import type { ReactNode } from 'react'
import { messageOf } from '../lib/errors.ts'
import { PageState } from '../ui/PageState.tsx'
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
  if (!error) return <div className={styles.empty}>{children}</div>
  const retry = (
    <button type="button" className="btn btn-primary" onClick={() => void refetch()}>
      Try again
    </button>
  )
  return (
    <PageState title="The API keys could not be loaded" isError actions={retry}>
      {messageOf(error)}
    </PageState>
  )
}
