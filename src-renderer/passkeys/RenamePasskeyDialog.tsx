/** Gives a passkey another name. */
import { useState } from 'react'
import type { Passkey } from '../../src-server/contract/passkeys.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { NameField } from './NameField.tsx'
import { useRenamePasskey } from './queries.ts'

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name)
  const rename = useRenamePasskey(passkey.id)
  const errors = fieldErrorsOf(rename.error)
  const submit = () => rename.mutate(name, { onSuccess: onClose })
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={rename.isPending}>
        Save name
      </button>
    </>
  )
  return (
    <Dialog title={`Rename ${passkey.name}`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <NameField value={name} onChange={setName} error={errors.name ?? errors['']} />
    </Dialog>
  )
}
