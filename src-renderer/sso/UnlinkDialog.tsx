/** Unlinks an account elsewhere, once it is clear what goes with it. */
import type { Identity } from '../../src-server/contract/sso.ts'
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { useUnlink } from './queries.ts'

export function UnlinkDialog({ identity, onClose }: { identity: Identity; onClose: () => void }) {
  const unlink = useUnlink()
  function submit() {
    unlink.mutate(identity.id, {
      onSuccess() {
        say(`${identity.name} is unlinked`)
        onClose()
      },
    })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={unlink.isPending}>
        Unlink account
      </button>
    </>
  )
  return (
    <Dialog title={`Unlink ${identity.name}?`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>You then cannot sign in here with this account at {identity.issuer}. You stay signed in now.</p>
      {unlink.error && (
        <p className="bad sm" role="alert">
          {messageOf(unlink.error)}
        </p>
      )}
    </Dialog>
  )
}
