/** Makes an API key: what for, what it may do, until when, from where. */
import { useState } from 'react'
import { NewApiKey } from '../../src-server/contract/api-keys.ts'
import { AppError, toFieldErrors } from '../../src-server/contract/errors.ts'
import type { Scope } from '../../src-server/contract/route.ts'
import { fieldErrorsOf } from '../lib/errors.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { type Lifetime, lifetimes, usualScopes } from './key-words.ts'
import { MadeKey } from './MadeKey.tsx'
import { useMakeKey } from './queries.ts'
import { ScopeChoice } from './ScopeChoice.tsx'

interface NewKeyDialogProps {
  readonly isAdmin: boolean
  readonly onClose: () => void
}

export function NewKeyDialog({ isAdmin, onClose }: NewKeyDialogProps) {
  const { draft, set, errors, submit, made, isSaving } = useNewKey()
  if (made)
    return <MadeKey apiKey={made.apiKey} secret={made.key} url={made.url} trustUrl={made.trustUrl} onClose={onClose} />
  const buttons = (
    <>
      <button type="button" className="btn" onClick={onClose}>
        Cancel
      </button>
      <button type="submit" className="btn btn-primary" disabled={isSaving}>
        Make key
      </button>
    </>
  )
  return (
    <Dialog title="New API key" onClose={onClose} onSubmit={submit} buttons={buttons}>
      <Field label="What it is for" hint="Such as Backup script, or Phone shortcut" error={errors.name}>
        {control => (
          <input
            {...control}
            autoFocus
            autoComplete="off"
            maxLength={100}
            value={draft.name}
            onChange={event => set({ name: event.target.value })}
          />
        )}
      </Field>
      <ScopeChoice
        offered={isAdmin ? [...usualScopes, 'admin'] : usualScopes}
        chosen={draft.scopes}
        error={errors.scopes}
        onChange={scopes => set({ scopes })}
      />
      <Field label="Expires" error={errors.expiresAt}>
        {control => (
          <select
            {...control}
            className={control.className.replace('form-control', 'form-select')}
            value={draft.lifetime}
            onChange={event => set({ lifetime: event.target.value as Lifetime })}
          >
            {lifetimes.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Where it may be used from"
        hint="Addresses and networks, such as 192.168.1.0/24, with commas between. Empty: everywhere"
        error={errors.networks}
      >
        {control => (
          <input
            {...control}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={draft.networks}
            onChange={event => set({ networks: event.target.value })}
          />
        )}
      </Field>
      {errors[''] && (
        <p className="bad sm" role="alert">
          {errors['']}
        </p>
      )}
    </Dialog>
  )
}

interface Draft {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly lifetime: Lifetime
  /** As typed. */
  readonly networks: string
}

/** What is being typed, what is wrong with it, and the key that was made in the end. */
function useNewKey() {
  const [draft, setDraft] = useState<Draft>({ name: '', scopes: ['links:read'], lifetime: 'In 90 days', networks: '' })
  const [refusal, setRefusal] = useState<unknown>()
  const make = useMakeKey()

  function submit(): void {
    if (make.isPending) return
    const given = toNewKey(draft)
    const checked = NewApiKey.safeParse(given)
    if (checked.success) make.mutate(given, { onError: setRefusal })
    else
      setRefusal(
        new AppError('invalid_input', 'Some fields need another look', { errors: toFieldErrors(checked.error) }),
      )
  }
  return {
    ...{ draft, submit, made: make.data, isSaving: make.isPending },
    errors: byField(refusal),
    set(part: Partial<Draft>): void {
      setRefusal(undefined)
      setDraft(before => ({ ...before, ...part }))
    },
  }
}

function toNewKey({ name, scopes, lifetime, networks }: Draft) {
  const milliseconds = lifetimes.find(it => it.name === lifetime)?.milliseconds
  return {
    ...{ name, scopes: [...scopes], networks: networks.split(/[\s,;]+/).filter(Boolean) },
    ...(milliseconds !== undefined && { expiresAt: new Date(Date.now() + milliseconds).toISOString() }),
  }
}

/** One of a list that is wrong makes its whole field wrong. */
const byField = (refusal: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(fieldErrorsOf(refusal)).map(([path, message]) => [path.split('/')[0], message]))
