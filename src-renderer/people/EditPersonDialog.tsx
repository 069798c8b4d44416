/** Changes how a person is called and what they may do. */
import { useState } from 'react'
import type { UserDetails } from '../../src-server/contract/users.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { AdminSwitch } from './AdminSwitch.tsx'
import { nameOf } from './person-words.ts'
import { useChangePerson } from './queries.ts'

interface EditPersonDialogProps {
  readonly person: UserDetails
  readonly isSelf: boolean
  readonly onClose: () => void
}

export function EditPersonDialog({ person, isSelf, onClose }: EditPersonDialogProps) {
  const [displayName, setDisplayName] = useState(person.displayName)
  const [isAdmin, setIsAdmin] = useState(person.isAdmin)
  const change = useChangePerson(person.username)
  const errors = fieldErrorsOf(change.error)
  function submit() {
    const changes = {
      ...(displayName.trim() !== person.displayName && { displayName }),
      ...(isAdmin !== person.isAdmin && { isAdmin }),
    }
    if (Object.keys(changes).length === 0) onClose()
    else change.mutate(changes, { onSuccess: onClose })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={change.isPending}>
        Save changes
      </button>
    </>
  )
  return (
    <Dialog title={`Edit ${nameOf(person)}`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <Field label="Name" hint="As others read it" error={errors.displayName}>
        {control => (
          <input
            {...control}
            autoFocus
            autoComplete="off"
            value={displayName}
            onChange={event => setDisplayName(event.target.value)}
          />
        )}
      </Field>
      <AdminSwitch isOn={isAdmin} onChange={setIsAdmin} fixedBy={fixedBy(person, isSelf)} />
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
    </Dialog>
  )
}

function fixedBy({ username }: UserDetails, isSelf: boolean): string | undefined {
  if (username === 'admin') return 'This account is always an admin'
  return isSelf ? 'You cannot take this from yourself. Ask another admin' : undefined
}
