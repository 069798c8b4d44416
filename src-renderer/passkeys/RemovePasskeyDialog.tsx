/** Takes a passkey away, once it is clear what that means. */
import type { Passkey } from '../../src-server/contract/passkeys.ts'
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
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
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={remove.isPending}>
        Remove passkey
      </button>
    </>
  )
  return (
    <Dialog title={`Remove ${passkey.name}?`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>It no longer signs you in. Your device may go on to offer it until you delete it there as well.</p>
      {remove.error && (
        <p className="bad sm" role="alert">
          {messageOf(remove.error)}
        </p>
      )}
    </Dialog>
  )
}
