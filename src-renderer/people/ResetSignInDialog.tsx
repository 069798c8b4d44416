/** Takes a person's second step and passkeys away, for who has lost their phone. */
import type { UserDetails } from '../../src-server/contract/users.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
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
  return (
    <AskDialog
      title={`Reset how ${name} signs in?`}
      act="Reset"
      isDisabled={reset.isPending}
      error={reset.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>
        For somebody who has lost their phone. This takes away {waysIn(person)}. {name} is signed out everywhere, and
        comes in with the password alone until a new one is set up.
      </p>
      <p className="muted sm">Be sure that it is really {name} who asks you.</p>
    </AskDialog>
  )
}
