/** The admin password: where it is, shown, copied, and set anew. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { SecretStore } from '../../src-main/contract.ts'
import { ask } from '../lib/desktop.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { meQuery } from '../lib/me.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { StrengthNote } from '../ui/StrengthNote.tsx'
import { say } from '../ui/Toaster.tsx'
import { attempt } from './attempt.ts'
import styles from './desktop.module.css'
import { useChangeAdminPassword } from './queries.ts'

export const placeOf = ({ kind }: SecretStore): string =>
  kind === 'keychain' ? 'this computer’s keychain' : 'a file that only you can read'

export function CopyPassword() {
  const copy = () => attempt(ask('copyAdminPassword').then(() => say('Admin password copied')))
  return (
    <button type="button" className="btn" onClick={copy}>
      <Icon name="copy" />
      Copy
    </button>
  )
}

interface NewPasswordProps {
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** A form of its own: Enter sends it. */
export function NewPassword({ onDone, onCancel }: NewPasswordProps) {
  const [password, setPassword] = useState('')
  const change = useChangeAdminPassword()
  const { data: me } = useQuery(meQuery())
  function submit(event: FormEvent) {
    event.preventDefault()
    change.mutate(password, { onSuccess: onDone })
  }
  return (
    <form noValidate className={styles.form} onSubmit={submit}>
      <Field
        label="New admin password"
        hint="Other devices are signed out"
        error={Object.values(fieldErrorsOf(change.error))[0]}
      >
        {control => (
          <input
            {...control}
            // biome-ignore lint/a11y/noAutofocus: the person has just asked to type it
            autoFocus
            type="text"
            autoComplete="new-password"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={1024}
            value={password}
            onChange={event => setPassword(event.target.value)}
          />
        )}
      </Field>
      <StrengthNote
        password={password}
        shortest={me?.shortestPassword}
        known={['admin']}
        isSilent={change.error !== null}
      />
      <div className="row-x">
        <button type="submit" className="btn btn-primary" disabled={change.isPending || password === ''}>
          Use this password
        </button>
        <button type="button" className="btn" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}
