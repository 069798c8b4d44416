/** The secret that Trunk8 and the OpenID provider share: kept or not, and never shown again. */
import { useState } from 'react'
import { fieldErrorsOf } from '../lib/errors.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { say } from '../ui/Toaster.tsx'
import { useRemoveSecret, useSetSecret } from './queries.ts'
import styles from './sso.module.css'

export function ClientSecret({ isKept }: { isKept: boolean }) {
  const [open, setOpen] = useState<'set' | 'remove'>()
  const close = () => setOpen(undefined)
  return (
    <div className={styles.row}>
      <p>
        <span className="strong">Client secret</span>
        <span className="muted">
          {isKept ? ' · kept, and shown to nobody' : ' · none. Most providers give you one.'}
        </span>
      </p>
      <span className={styles.buttons}>
        <button type="button" className="btn" onClick={() => setOpen('set')}>
          {isKept ? 'Replace secret' : 'Set secret'}
        </button>
        {isKept && (
          <button type="button" className="btn" onClick={() => setOpen('remove')}>
            Remove secret
          </button>
        )}
      </span>
      {open === 'set' && <SetSecret isKept={isKept} onClose={close} />}
      {open === 'remove' && <RemoveSecret onClose={close} />}
    </div>
  )
}

function SetSecret({ isKept, onClose }: { isKept: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState('')
  const save = useSetSecret()
  const errors = fieldErrorsOf(save.error)
  function submit() {
    save.mutate(secret, {
      onSuccess() {
        say('The client secret is kept')
        onClose()
      },
    })
  }
  return (
    <AskDialog
      title={isKept ? 'Replace the client secret' : 'Set the client secret'}
      act="Keep secret"
      isHarmless
      isDisabled={save.isPending}
      onAct={submit}
      onClose={onClose}
    >
      <Field
        label="Client secret"
        hint="As the provider shows it. Trunk8 keeps it apart from its settings, and never shows it again"
        error={errors.secret ?? errors['']}
      >
        {control => (
          <PasswordInput
            control={control}
            name="client secret"
            value={secret}
            onChange={setSecret}
            autoComplete="off"
            autoFocus
          />
        )}
      </Field>
    </AskDialog>
  )
}

function RemoveSecret({ onClose }: { onClose: () => void }) {
  const remove = useRemoveSecret()
  function submit() {
    remove.mutate(undefined, {
      onSuccess() {
        say('The client secret is removed')
        onClose()
      },
    })
  }
  return (
    <AskDialog
      title="Remove the client secret?"
      act="Remove secret"
      isDisabled={remove.isPending}
      error={remove.error}
      onAct={submit}
      onClose={onClose}
    >
      <p>A provider that asks for it then lets nobody in here until you set it again.</p>
    </AskDialog>
  )
}
