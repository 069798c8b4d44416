/** Adds a person: their names, what they may do, their first password. */
import { type ReactNode, useState } from 'react'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { say } from '../ui/Toaster.tsx'
import { AdminSwitch } from './AdminSwitch.tsx'
import { MadePassword } from './MadePassword.tsx'
import { PasswordChoice, usePasswordChoice } from './PasswordChoice.tsx'
import { nameOf, usernameError } from './person-words.ts'
import { useCreatePerson } from './queries.ts'

interface CreatePersonDialogProps {
  /** Who there is already. */
  readonly known: readonly UserDetails[]
  readonly onClose: () => void
  readonly onCreated: (username: string) => void
}

export function CreatePersonDialog({ known, onClose, onCreated }: CreatePersonDialogProps) {
  const form = useNewPerson(known, onClose, onCreated)
  if (form.made) return <MadePassword {...form.made} onClose={onClose} />
  return (
    <Dialog
      title="Add a person"
      onClose={onClose}
      onSubmit={form.submit}
      buttons={<Buttons form={form} onClose={onClose} />}
    >
      <Field label="User name" hint="To sign in with. It stays as it is" error={form.errors.username}>
        {control => (
          <input
            {...control}
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={form.username}
            onChange={event => form.setUsername(event.target.value)}
          />
        )}
      </Field>
      <Field label="Name" hint="As others read it. Empty: the user name" error={form.errors.displayName}>
        {control => (
          <input
            {...control}
            autoComplete="off"
            maxLength={100}
            value={form.displayName}
            onChange={event => form.setDisplayName(event.target.value)}
          />
        )}
      </Field>
      <PasswordChoice choice={form.choice} error={form.errors.password} known={[form.username, form.displayName]} />
      <AdminSwitch isOn={form.isAdmin} onChange={form.setIsAdmin} />
      {form.errors[''] && (
        <p className="bad sm" role="alert">
          {form.errors['']}
        </p>
      )}
    </Dialog>
  )
}

function Buttons({ form, onClose }: { form: ReturnType<typeof useNewPerson>; onClose: () => void }): ReactNode {
  return (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={form.isSaving}>
        Add this person
      </button>
    </>
  )
}

/** What is being typed, what is wrong with it, and the password that was made in the end. */
function useNewPerson(known: readonly UserDetails[], onClose: () => void, onCreated: (username: string) => void) {
  const [username, setUsername] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [isAdmin, setIsAdmin] = useState(false)
  const [made, setMade] = useState<{ name: string; username: string; password: string }>()
  const choice = usePasswordChoice()
  const create = useCreatePerson()
  const typing = usernameError(username, known)
  const refused = fieldErrorsOf(create.error)

  function submit(): void {
    if (typing || create.isPending) return
    const person = { username, displayName: displayName.trim() || undefined, isAdmin, password: choice.password }
    create.mutate(person, {
      onSuccess({ user, password }) {
        onCreated(user.username)
        if (password) return setMade({ name: nameOf(user), username: user.username, password })
        say(`${nameOf(user)} was added`)
        onClose()
      },
    })
  }
  return {
    ...{ username, displayName, isAdmin, choice, made, submit, isSaving: create.isPending },
    errors: typing ? { ...refused, username: typing } : refused,
    setUsername(typed: string) {
      create.reset()
      setUsername(typed)
    },
    setDisplayName,
    setIsAdmin,
  }
}
