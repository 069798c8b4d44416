/** Asks before another authority is made, since all trust that was set up ends with the one before. */
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
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
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={replace.isPending}>
        Make a new authority
      </button>
    </>
  )
  return (
    <Dialog title="Make a new authority?" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>
        Do this if somebody else may have got hold of this computer’s keys, or to cover a new name. Every device that
        trusted the old one warns again until it is told once more. Downloads that are running go on.
      </p>
      {replace.error && (
        <p className="bad sm" role="alert">
          {messageOf(replace.error)}
        </p>
      )}
    </Dialog>
  )
}
