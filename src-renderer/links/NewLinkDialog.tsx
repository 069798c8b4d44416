/** Makes a redirect, or leads on to choosing files. */
import { useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { completeAddress } from '../lib/address.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { ExpiryField } from './ExpiryField.tsx'
import { useCreateLink } from './queries.ts'
import { RedirectField } from './RedirectField.tsx'

interface NewLinkDialogProps {
  readonly onClose: () => void
  readonly onMade: (link: Link) => void
  readonly onChooseFiles: () => void
}

export function NewLinkDialog({ onClose, onMade, onChooseFiles }: NewLinkDialogProps) {
  const [url, setUrl] = useState('')
  const [code, setCode] = useState('')
  const [expiresAt, setExpiresAt] = useState<string | null>()
  const create = useCreateLink()
  const errors = fieldErrorsOf(create.error)

  function submit() {
    const link = { type: 'redirect' as const, url: completeAddress(url), code: code.trim() || undefined }
    create.mutate({ ...link, expiresAt: expiresAt ?? undefined }, { onSuccess: onMade })
  }
  const buttons = (
    <>
      <button type="button" className="btn btn-quiet me-auto" onClick={onChooseFiles}>
        <Icon name="file-earmark" />
        Choose files instead…
      </button>
      <button type="submit" className="btn btn-primary" disabled={create.isPending}>
        Make link
      </button>
    </>
  )
  return (
    <Dialog title="New link" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <RedirectField value={url} error={errors.url} onChange={setUrl} />
      <Field label="Code" error={errors.code} hint="Left empty, one is made for you">
        {control => (
          <input
            {...control}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={code}
            onChange={event => setCode(event.target.value)}
          />
        )}
      </Field>
      <ExpiryField current={undefined} error={errors.expiresAt} onChange={setExpiresAt} />
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
    </Dialog>
  )
}
