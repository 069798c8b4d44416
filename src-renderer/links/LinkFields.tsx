/** What every new link may have: a code, a title, a time after which it is gone, who may open it, and for admins an owner. */
import { useQuery } from '@tanstack/react-query'
import { Field } from '../ui/Field.tsx'
import { CodeField } from './CodeField.tsx'
import { ExpiryField } from './ExpiryField.tsx'
import { type LimitDraft, LimitFields } from './LimitFields.tsx'
import styles from './new-link.module.css'
import { linkQueries } from './queries.ts'

export interface CommonDraft extends LimitDraft {
  readonly code: string
  readonly title: string
  readonly expiresAt: string | undefined
  /** `''`: oneself. */
  readonly owner: string
}

export const emptyDraft: CommonDraft = {
  code: '',
  title: '',
  expiresAt: undefined,
  owner: '',
  password: '',
  maxVisits: '',
}

interface LinkFieldsProps {
  readonly draft: CommonDraft
  readonly errors: Readonly<Record<string, string>>
  /** The name of who makes the link, where it may become somebody else's. */
  readonly chooser: string | undefined
  readonly opening: 'download' | 'visit'
  readonly onChange: (part: Partial<CommonDraft>) => void
}

export function LinkFields({ draft, errors, chooser, opening, onChange }: LinkFieldsProps) {
  return (
    <>
      <div className={styles.fields}>
        <CodeField value={draft.code} error={errors.code} onChange={code => onChange({ code })} />
        <Field label="Title" error={errors.title} hint="What your list shows instead of its name">
          {control => (
            <input
              {...control}
              autoComplete="off"
              value={draft.title}
              onChange={event => onChange({ title: event.target.value })}
            />
          )}
        </Field>
        <ExpiryField
          current={undefined}
          error={errors.expiresAt}
          onChange={expiresAt => onChange({ expiresAt: expiresAt ?? undefined })}
        />
        {chooser !== undefined && <OwnerField {...{ draft, errors, chooser, onChange }} />}
      </div>
      <LimitFields {...{ draft, errors, opening, onChange }} />
    </>
  )
}

/** Only where there is more than one person. */
function OwnerField({ draft, errors, chooser = '', onChange }: Omit<LinkFieldsProps, 'opening'>) {
  const { data: owners = [] } = useQuery(linkQueries.owners())
  if (owners.length < 2) return null
  return (
    <Field label="Owner" error={errors.owner}>
      {control => (
        <select
          {...control}
          className={control.className.replace('form-control', 'form-select')}
          value={draft.owner || chooser}
          onChange={event => onChange({ owner: event.target.value === chooser ? '' : event.target.value })}
        >
          {owners.map(name => (
            <option key={name} value={name}>
              {name === chooser ? `${name} (you)` : name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
