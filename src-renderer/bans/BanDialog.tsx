/** Keeps an address out by hand, for a time. */
import { useState } from 'react'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { say } from '../ui/Toaster.tsx'
import { banSpans } from './ban-words.ts'
import { useBan } from './queries.ts'

export function BanDialog({ onClose }: { onClose: () => void }) {
  const [address, setAddress] = useState('')
  const [seconds, setSeconds] = useState<number>(banSpans[1].seconds)
  const ban = useBan()
  const errors = fieldErrorsOf(ban.error)

  function submit() {
    if (ban.isPending) return
    ban.mutate(
      { address: address.trim(), seconds },
      {
        onSuccess(made) {
          say(`${made.address} is banned`)
          onClose()
        },
      },
    )
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-danger" disabled={ban.isPending}>
        Ban this address
      </button>
    </>
  )
  return (
    <Dialog title="Ban an address" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <Field
        label="Address"
        hint="Such as 192.168.1.66. Of an IPv6 address its whole network is banned"
        {...(errors.address && { error: errors.address })}
      >
        {control => (
          <input
            {...control}
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={address}
            onChange={event => {
              ban.reset()
              setAddress(event.target.value)
            }}
          />
        )}
      </Field>
      <Field label="For">
        {control => (
          <select
            {...control}
            className={`${control.className} form-select`}
            value={seconds}
            onChange={event => setSeconds(Number(event.target.value))}
          >
            {banSpans.map(span => (
              <option key={span.seconds} value={span.seconds}>
                {span.label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <p className="muted sm">
        It can reach nothing here until then: no link, no sign-in. You can unban it at any time.
      </p>
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
    </Dialog>
  )
}
