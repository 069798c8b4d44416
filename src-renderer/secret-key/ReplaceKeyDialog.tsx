/** Asks before the secret key is replaced, since that cannot be undone. */
import { AskDialog } from '../ui/AskDialog.tsx'
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
  return (
    <AskDialog
      title="Replace the secret key?"
      act="Replace and sign out"
      isDisabled={replace.isPending}
      error={replace.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>This cannot be undone, and counts at once:</p>
      <ul className={styles.effects}>
        <li>Everybody is signed out in every browser, you too.</li>
        <li>Who has opened a link with its password types it again.</li>
        <li>Passwords, second steps, API keys and links stay as they are.</li>
      </ul>
    </AskDialog>
  )
}
