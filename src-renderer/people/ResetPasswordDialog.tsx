/** Gives a person another password, and signs them out everywhere. */
import { useState } from 'react'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { say } from '../ui/Toaster.tsx'
import { MadePassword } from './MadePassword.tsx'
import { PasswordChoice, usePasswordChoice } from './PasswordChoice.tsx'
import { nameOf } from './person-words.ts'
import { useResetPassword } from './queries.ts'

export function ResetPasswordDialog({ person, onClose }: { person: UserDetails; onClose: () => void }) {
  const [made, setMade] = useState<string>()
  const choice = usePasswordChoice()
  const reset = useResetPassword(person.username)
  const errors = fieldErrorsOf(reset.error)
  const name = nameOf(person)
  function submit() {
    reset.mutate(choice.password, {
      onSuccess({ password }) {
        if (password) return setMade(password)
        say(`${name} has a new password`)
        onClose()
      },
    })
  }
  if (made) return <MadePassword name={name} username={person.username} password={made} onClose={onClose} />
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={reset.isPending}>
        Set new password
      </button>
    </>
  )
  return (
    <Dialog title={`New password for ${name}`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>The old one stops working, and {name} is signed out everywhere. Links stay as they are.</p>
      <PasswordChoice choice={choice} error={errors.password} known={[person.username, person.displayName]} />
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
    </Dialog>
  )
}
