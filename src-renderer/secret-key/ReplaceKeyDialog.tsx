/** Asks before the secret key is replaced, since that cannot be undone. */
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { useReplaceKey } from './queries.ts'
import styles from './secret-key.module.css'

export function ReplaceKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const replace = useReplaceKey()
  function submit() {
    replace.mutate(undefined, {
      onSuccess() {
        say('The secret key is a new one. Everybody is signed out')
        onClose()
      },
    })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={replace.isPending}>
        Replace and sign out
      </button>
    </>
  )
  return (
    <Dialog title="Replace the secret key?" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>This cannot be undone, and counts at once:</p>
      <ul className={styles.effects}>
        <li>Everybody is signed out in every browser, you too.</li>
        <li>Who has opened a link with its password types it again.</li>
        <li>Passwords, second steps, API keys and links stay as they are.</li>
      </ul>
      {replace.error && (
        <p className="bad sm" role="alert">
          {messageOf(replace.error)}
        </p>
      )}
    </Dialog>
  )
}
