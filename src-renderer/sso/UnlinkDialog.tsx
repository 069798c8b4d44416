/** Unlinks an account elsewhere, once it is clear what goes with it. */
import type { Identity } from '../../src-server/contract/sso.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
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
  return (
    <AskDialog
      title={`Unlink ${identity.name}?`}
      act="Unlink account"
      isDisabled={unlink.isPending}
      error={unlink.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>You then cannot sign in here with this account at {identity.issuer}. You stay signed in now.</p>
    </AskDialog>
  )
}
