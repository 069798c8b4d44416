/** How one signs in, and where one is signed in: a part of each feature that has a say in it. */
import type { Session } from '../src-server/contract/sessions.ts'
import { OwnKeys } from './api-keys/OwnKeys.tsx'
import { OwnPasskeys } from './passkeys/OwnPasskeys.tsx'
import { OwnSessions } from './sessions/OwnSessions.tsx'
import styles from './shell.module.css'
import { LinkedAccounts } from './sso/LinkedAccounts.tsx'
import { SecondStep } from './two-factor/SecondStep.tsx'

export function OwnSignIn({ session: { user, actingAs } }: { readonly session: Session }) {
  const isActing = actingAs !== null
  return (
    <div className={styles.parts}>
      <p className="muted">What you sign in with, and where you are signed in.</p>
      <SecondStep />
      <OwnPasskeys isActing={isActing} />
      <LinkedAccounts isActing={isActing} />
      <OwnSessions actingAs={actingAs} />
      <OwnKeys isAdmin={user.isAdmin} isActing={isActing} />
    </div>
  )
}
