/** Makes a redirect of a link that led to a file or a page. */
import { useState } from 'react'
import { type Link, RedirectUrl } from '../../src-server/contract/links.ts'
import { completeAddress } from '../lib/address.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useChangeLink } from './queries.ts'
import { RedirectField } from './RedirectField.tsx'

interface MakeRedirectProps {
  readonly link: Link
  readonly onClose: () => void
  readonly onDone: () => void
}

export function MakeRedirect({ link, onClose, onDone }: MakeRedirectProps) {
  const [url, setUrl] = useState('')
  const [refusal, setRefusal] = useState<string>()
  const change = useChangeLink(link.code)
  const errors = fieldErrorsOf(change.error)

  function submit() {
    const checked = RedirectUrl.safeParse(completeAddress(url))
    setRefusal(checked.error?.issues[0]?.message)
    if (checked.success) change.mutate({ type: 'redirect', url: checked.data }, { onSuccess: onDone })
  }
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={change.isPending}>
        Make it a redirect
      </button>
    </>
  )
  return (
    <Dialog title={`Make /${link.code} a redirect`} onClose={onClose} onSubmit={submit} buttons={buttons}>
      <RedirectField value={url} error={refusal ?? errors.url ?? errors['']} onChange={setUrl} />
      <p className="muted sm">
        Who opens /{link.code} then goes there. What it {link.type === 'file' ? 'shares' : 'shows'} now goes to the
        trash.
      </p>
    </Dialog>
  )
}
