/** Takes a passkey away, once it is clear what that means. */
import type { Passkey } from '../../src-server/contract/passkeys.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { useRemovePasskey } from './queries.ts'

export function RemovePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const remove = useRemovePasskey(passkey.id)
  function submit() {
    remove.mutate(undefined, {
      onSuccess() {
        say(`${passkey.name} was removed`)
        onClose()
      },
    })
  }
  return (
    <AskDialog
      title={`Remove ${passkey.name}?`}
      act="Remove passkey"
      isDisabled={remove.isPending}
      error={remove.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>It no longer signs you in. Your device may go on to offer it until you delete it there as well.</p>
    </AskDialog>
  )
}
