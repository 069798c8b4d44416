/** The secret key of the instance: what it is for, and another one in its place. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { secretKeyQuery } from './queries.ts'
import { ReplaceKeyDialog } from './ReplaceKeyDialog.tsx'
import styles from './secret-key.module.css'

export function SecretKeyCard() {
  const headingId = useId()
  const [isOpen, setIsOpen] = useState(false)
  const { data: state, error, refetch } = useQuery(secretKeyQuery())
  const why = state?.fixedBy
  return (
    <section className={styles.section} aria-labelledby={headingId}>
      <div className={styles.head}>
        <div className="grow">
          <h3 id={headingId}>Secret key</h3>
          <p className="muted sm">
            Every sign-in rests on it. Replace it when somebody may have seen it, or to sign everybody out at once.
          </p>
          {why !== undefined && <p className="muted sm">It cannot be replaced here: {why}.</p>}
        </div>
        {state && why === undefined && (
          <button type="button" className="btn" onClick={() => setIsOpen(true)}>
            <Icon name="arrow-repeat" />
            Replace
          </button>
        )}
        {error && !state && (
          <button type="button" className="btn" onClick={() => void refetch()}>
            Try again
          </button>
        )}
      </div>
      {error && !state && (
        <p className="bad sm" role="alert">
          {messageOf(error)}
        </p>
      )}
      {isOpen && <ReplaceKeyDialog onClose={() => setIsOpen(false)} />}
    </section>
  )
}
