/** Where one is signed in, under how one signs in. */
import { useId } from 'react'
import { SessionsOf } from './SessionsOf.tsx'
import styles from './sessions.module.css'

/** `actingAs`: the user as whom an admin looks at it. */
export function OwnSessions({ actingAs }: { readonly actingAs: string | null }) {
  const headingId = useId()
  return (
    <section className={styles.section} aria-labelledby={headingId}>
      <div>
        <h3 id={headingId}>Where you are signed in</h3>
        <p className="muted sm">
          Each browser that came in. If one is not yours, sign it out, and change your password.
        </p>
      </div>
      <SessionsOf
        label="Where you are signed in"
        endAll={actingAs === null ? 'Sign out everywhere else' : 'Sign out everywhere'}
      >
        <p className="strong">In no browser now</p>
        <p className="muted sm">Here you are at home: the window of this computer needs no password.</p>
      </SessionsOf>
    </section>
  )
}
