/** On every screen while an admin acts as another user: as whom, and the way back. First of all in the focus order. */
import type { Session } from '../src-server/contract/sessions.ts'
import { navigate } from './lib/location.ts'
import styles from './shell.module.css'
import { useActAs } from './sign-in/queries.ts'
import { Icon } from './ui/Icon.tsx'

export function ActingBanner({ session: { user, actingAs } }: { session: Session }) {
  const act = useActAs(() => navigate(`/people/${encodeURIComponent(user.username)}`))
  const name = user.displayName || user.username
  return (
    <div className={styles.acting} role="status">
      {actingAs !== null && (
        <div className={styles.actingBar}>
          <Icon name="person-fill" />
          <p className={`cut ${styles.actingWords}`}>
            You act as <b>{name}</b>.<span className={styles.actingMore}> Whatever you do here is done as {name}.</span>
          </p>
          <button type="button" className="btn btn-s" disabled={act.isPending} onClick={() => act.mutate('')}>
            Back to yourself
          </button>
        </div>
      )}
    </div>
  )
}
