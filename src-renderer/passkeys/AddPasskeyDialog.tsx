/** Adds a passkey: a name, the password, and then the browser asks for finger, face or key. */
import { useState } from 'react'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { say } from '../ui/Toaster.tsx'
import { NameField } from './NameField.tsx'
import { useAddPasskey } from './queries.ts'

export function AddPasskeyDialog({ asksPassword, onClose }: { asksPassword: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isTried, setIsTried] = useState(false)
  const add = useAddPasskey()
  const errors = fieldErrorsOf(add.error)
  const missing = {
    name: isTried && name.trim() === '' ? 'Enter a name' : undefined,
    password: isTried && asksPassword && password === '' ? 'Enter your password' : undefined,
  }
  function submit() {
    setIsTried(true)
    if (name.trim() === '' || (asksPassword && password === '')) return
    const given = { name, password: asksPassword ? password : undefined }
    add.mutate(given, {
      onSuccess(made) {
        say(`${made.name} can sign you in now`)
        onClose()
      },
    })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={add.isPending}>
        {add.isPending ? 'Waiting for your device…' : 'Add passkey'}
      </button>
    </>
  )
  return (
    <Dialog title="Add a passkey" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <p>
        Your browser asks for your fingerprint, your face, your PIN or a security key. The passkey works at{' '}
        <span className="strong">{location.hostname}</span>.
      </p>
      <NameField value={name} onChange={setName} error={missing.name ?? errors.name} />
      {asksPassword && (
        <Field label="Your password" error={missing.password}>
          {control => (
            <PasswordInput control={control} value={password} onChange={setPassword} autoComplete="current-password" />
          )}
        </Field>
      )}
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
    </Dialog>
  )
}
