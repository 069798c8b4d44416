/** Asks before another authority is made, since all trust that was set up ends with the one before. */
import { AskDialog } from '../ui/AskDialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { useReplaceAuthority } from './queries.ts'

export function ReplaceAuthorityDialog({ onClose }: { onClose: () => void }) {
  const replace = useReplaceAuthority()
  function submit() {
    replace.mutate(undefined, {
      onSuccess() {
        say('A new authority was made')
        onClose()
      },
    })
  }
  return (
    <AskDialog
      title="Make a new authority?"
      act="Make a new authority"
      isDisabled={replace.isPending}
      error={replace.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>
        Do this if somebody else may have got hold of this computer’s keys, or to cover a new name. Every device that
        trusted the old one warns again until it is told once more. Downloads that are running go on.
      </p>
    </AskDialog>
  )
}
