/** The form that changes a link. Checks with the contract's own schema before anything is sent. */
import { type FormEvent, useState } from 'react'
import { AppError, toFieldErrors } from '../../src-server/contract/errors.ts'
import { type Link, LinkChanges } from '../../src-server/contract/links.ts'
import { completeAddress } from '../lib/address.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Field } from '../ui/Field.tsx'
import { ExpiryField } from './ExpiryField.tsx'
import styles from './link-editor.module.css'
import { useChangeLink } from './queries.ts'

interface LinkEditorProps {
  readonly link: Link
  readonly onDone: (link: Link) => void
  readonly onCancel: () => void
}

interface Draft {
  readonly code: string
  readonly title: string
  readonly url: string
  readonly enabled: boolean
  /** `undefined`: as it is. */
  readonly expiresAt: string | null | undefined
}

export function LinkEditor({ link, onDone, onCancel }: LinkEditorProps) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(link))
  const [refusal, setRefusal] = useState<unknown>()
  const change = useChangeLink(link.code)
  const errors = fieldErrorsOf(refusal, { newCode: 'code' })
  const set = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }))

  async function save(event: FormEvent) {
    event.preventDefault()
    const changes = changesOf(link, draft)
    const checked = LinkChanges.safeParse(changes)
    if (!checked.success) {
      setRefusal(
        new AppError('invalid_input', 'Some fields need another look', { errors: toFieldErrors(checked.error) }),
      )
    } else if (Object.keys(changes).length === 0) onDone(link)
    else await change.mutateAsync(changes).then(onDone, setRefusal)
  }

  return (
    <form noValidate className={styles.form} aria-label={`Edit /${link.code}`} onSubmit={save}>
      <Field label="Code" error={errors.code} hint="The old code stops working when you change it">
        {control => (
          <input
            {...control}
            // biome-ignore lint/a11y/noAutofocus: the form was opened to type into it
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={draft.code}
            onChange={event => set({ code: event.target.value })}
          />
        )}
      </Field>
      {link.type === 'redirect' && (
        <Field label="Goes to" error={errors.url}>
          {control => (
            <input
              {...control}
              type="url"
              autoComplete="off"
              value={draft.url}
              onChange={event => set({ url: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label="Title" error={errors.title} hint="Shown in your list instead of its name">
        {control => (
          <input
            {...control}
            autoComplete="off"
            value={draft.title}
            onChange={event => set({ title: event.target.value })}
          />
        )}
      </Field>
      <ExpiryField current={link.expiresAt} error={errors.expiresAt} onChange={expiresAt => set({ expiresAt })} />
      <label className={`form-check form-switch ${styles.switch}`}>
        <input
          type="checkbox"
          role="switch"
          className="form-check-input"
          checked={draft.enabled}
          aria-checked={draft.enabled}
          onChange={event => set({ enabled: event.target.checked })}
        />
        <span>
          <span className="strong sm">Active</span>
          <span className="muted xs d-block">Off: visitors are told that there is no such link</span>
        </span>
      </label>
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
      <div className={styles.buttons}>
        <button type="button" className="btn" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="btn btn-primary" disabled={change.isPending}>
          Save changes
        </button>
      </div>
    </form>
  )
}

const draftOf = ({ code, title = '', url = '', enabled }: Link): Draft => ({
  code,
  title,
  url,
  enabled,
  expiresAt: undefined,
})

/** Only what differs is sent: an expiry of the past, left as it is, must not be refused. */
function changesOf(link: Link, { code, title, url, enabled, expiresAt }: Draft): LinkChanges {
  const address = completeAddress(url)
  return {
    ...(code.trim() !== link.code && { newCode: code.trim() }),
    ...(title.trim() !== (link.title ?? '') && { title: title.trim() || null }),
    ...(link.type === 'redirect' && address !== link.url && { url: address }),
    ...(enabled !== link.enabled && { enabled }),
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
