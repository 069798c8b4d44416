/** What visitors have to type first: a chip that says whether they have to, and the dialog that sets it. */
import { useState } from 'react'
import { type Link, LinkPassword } from '../../src-server/contract/links.ts'
import { fieldErrorsOf, messageOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { say } from '../ui/Toaster.tsx'
import { OptionChip } from './OptionChip.tsx'
import { useChangeLink } from './queries.ts'

interface PasswordMenuProps {
  readonly link: Link
  /** What the chip says where there is none. */
  readonly addWord: string
  /** Of the chip where there is none. */
  readonly addClass?: string | undefined
}

export function PasswordMenu({ link, addWord, addClass }: PasswordMenuProps) {
  const change = useChangeLink(link.code)
  const [isTyping, setIsTyping] = useState(false)
  const remove = () =>
    change.mutate(
      { password: null },
      {
        onSuccess: () => say(`/${link.code} opens without a password now`),
        onError: error => say(messageOf(error), { isBad: true }),
      },
    )
  return (
    <>
      <OptionChip
        tone={link.protected ? 'on' : 'add'}
        icon="key"
        word={link.protected ? 'Password' : addWord}
        name={link.protected ? `Password of /${link.code}` : `Add password to /${link.code}`}
        className={link.protected ? undefined : addClass}
        onAdd={() => setIsTyping(true)}
        choices={[
          { word: 'Change…', choose: () => setIsTyping(true) },
          { word: 'Remove', choose: remove, isEnd: true },
        ]}
      />
      {isTyping && <PasswordDialog link={link} onClose={() => setIsTyping(false)} />}
    </>
  )
}

export function PasswordDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const change = useChangeLink(link.code)
  const [password, setPassword] = useState('')
  const [refusal, setRefusal] = useState<string>()

  function save() {
    const checked = LinkPassword.safeParse(password)
    if (!checked.success) return setRefusal(checked.error.issues[0]?.message)
    change.mutate(
      { password },
      {
        onSuccess() {
          say(`/${link.code} asks for the ${link.protected ? 'new ' : ''}password now`)
          onClose()
        },
        onError(error) {
          const errors = fieldErrorsOf(error)
          setRefusal(errors.password ?? messageOf(error))
        },
      },
    )
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={change.isPending}>
        Save password
      </button>
    </>
  )
  return (
    <Dialog
      title={link.protected ? `New password for /${link.code}` : `A password for /${link.code}`}
      onClose={onClose}
      onSubmit={save}
      buttons={buttons}
    >
      <Field
        label="Password"
        hint="Visitors type it before they get anything. It can be changed later, but not looked up"
        error={refusal}
      >
        {control => (
          <PasswordInput
            control={control}
            value={password}
            onChange={typed => {
              setRefusal(undefined)
              setPassword(typed)
            }}
            // Else the browser would fill in the password of whoever is signed in.
            autoComplete="new-password"
            autoFocus
          />
        )}
      </Field>
    </Dialog>
  )
}
