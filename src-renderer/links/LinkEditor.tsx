/** The form that changes a link. Checks with the contract's own schema before anything is sent. */
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { AppError, toFieldErrors } from '../../src-server/contract/errors.ts'
import type { HtmlMode } from '../../src-server/contract/html-mode.ts'
import { type Link, LinkChanges } from '../../src-server/contract/links.ts'
import { completeAddress } from '../lib/address.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Field } from '../ui/Field.tsx'
import { ExpiryField } from './ExpiryField.tsx'
import { HtmlModeField } from './HtmlModeField.tsx'
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
  readonly htmlMode: HtmlMode | undefined
  /** `undefined`: as it is. */
  readonly expiresAt: string | null | undefined
}

export function LinkEditor({ link, onDone, onCancel }: LinkEditorProps) {
  const { draft, set, errors, save, isSaving } = useDraft(link, onDone)
  return (
    <form
      noValidate
      className={styles.form}
      aria-label={`Edit /${link.code}`}
      onSubmit={save}
      onKeyDown={leaveBy('Escape', onCancel)}
    >
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
      {link.type === 'html' && (
        <HtmlModeField value={draft.htmlMode} error={errors.htmlMode} onChange={htmlMode => set({ htmlMode })} />
      )}
      <ActiveSwitch isOn={draft.enabled} onChange={enabled => set({ enabled })} />
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
      <div className={styles.buttons}>
        <button type="button" className="btn" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="btn btn-primary" disabled={isSaving}>
          Save changes
        </button>
      </div>
    </form>
  )
}

function ActiveSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className={`form-check form-switch ${styles.switch}`}>
      <input
        type="checkbox"
        role="switch"
        className="form-check-input"
        checked={isOn}
        aria-checked={isOn}
        onChange={event => onChange(event.target.checked)}
      />
      <span>
        <span className="strong sm">Active</span>
        <span className="muted xs d-block">Off: visitors are told that there is no such link</span>
      </span>
    </label>
  )
}

/** What is being typed, what is wrong with it, and how to save it. */
function useDraft(link: Link, onDone: (link: Link) => void) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(link))
  const [refusal, setRefusal] = useState<unknown>()
  const change = useChangeLink(link.code)

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
  return {
    draft,
    set: (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part })),
    errors: fieldErrorsOf(refusal, { newCode: 'code' }),
    save,
    isSaving: change.isPending,
  }
}

/** The key leaves the form, and nothing around it. */
const leaveBy = (key: string, leave: () => void) => (event: KeyboardEvent) => {
  if (event.key !== key) return
  event.preventDefault()
  event.stopPropagation()
  leave()
}

const draftOf = ({ code, title = '', url = '', enabled, htmlMode }: Link): Draft => ({
  ...{ code, title, url, enabled, htmlMode },
  expiresAt: undefined,
})

/** Only what differs is sent: an expiry of the past, left as it is, must not be refused. */
function changesOf(link: Link, { code, title, url, enabled, htmlMode, expiresAt }: Draft): LinkChanges {
  const address = completeAddress(url)
  return {
    ...(code.trim() !== link.code && { newCode: code.trim() }),
    ...(title.trim() !== (link.title ?? '') && { title: title.trim() || null }),
    ...(link.type === 'redirect' && address !== link.url && { url: address }),
    ...(enabled !== link.enabled && { enabled }),
    ...(htmlMode !== link.htmlMode && { htmlMode: htmlMode ?? null }),
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
