/** Takes a person's second step and passkeys away, for who has lost their phone. */
import type { UserDetails } from '../../src-server/contract/users.ts'
import { messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { nameOf, waysIn } from './person-words.ts'
import { useResetSignIn } from './queries.ts'

export function ResetSignInDialog({ person, onClose }: { person: UserDetails; onClose: () => void }) {
  const reset = useResetSignIn(person.username)
  const name = nameOf(person)
  function submit() {
    reset.mutate(undefined, {
      onSuccess() {
        say(`${name} signs in with the password alone now`)
        onClose()
      },
    })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={reset.isPending}>
        Reset
      </button>
    </>
  )
  return (
    <Dialog title={`Reset how ${name} signs in?`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>
        For who has lost their phone. What {name} has now goes: {waysIn(person)}. They are signed out everywhere, and
        their password alone lets them in until they set up another.
      </p>
      <p className="muted sm">Be sure that it is really {name} who asks for it.</p>
      {reset.error && (
        <p className="bad sm" role="alert">
          {messageOf(reset.error)}
        </p>
      )}
    </Dialog>
  )
}
