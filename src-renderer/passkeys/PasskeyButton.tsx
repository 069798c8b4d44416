/** The way in by a passkey, on the sign-in page; nothing where the browser has none. */
import type { SignedIn } from '../../src-server/contract/sessions.ts'
import { messageOf } from '../lib/errors.ts'
import { hasPasskeys } from '../lib/passkeys.ts'
import { useSecondsLeft, waitingWords } from '../lib/waiting.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './passkeys.module.css'
import { useSignInByPasskey } from './queries.ts'

export function PasskeyButton({ onSignedIn }: { onSignedIn: (signedIn: SignedIn) => void }) {
  const signIn = useSignInByPasskey(onSignedIn)
  const secondsLeft = useSecondsLeft(signIn.error)
  if (!hasPasskeys) return null
  return (
    <div className={styles.wayIn}>
      <button
        type="button"
        className="btn btn-touch"
        disabled={signIn.isPending || secondsLeft > 0}
        onClick={() => signIn.mutate()}
      >
        <Icon name="fingerprint" />
        Sign in with a passkey
      </button>
      {signIn.error && (
        <p className="bad xs" role="alert">
          {waitingWords(signIn.error, secondsLeft) ?? messageOf(signIn.error)}
        </p>
      )}
    </div>
  )
}
