/** One's passkeys, under how one signs in. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Passkey } from '../../src-server/contract/passkeys.ts'
import { formatFact } from '../lib/format.ts'
import { hasPasskeys } from '../lib/passkeys.ts'
import { Entry, EntryList } from '../ui/EntryList.tsx'
import { Icon } from '../ui/Icon.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { Part } from '../ui/Part.tsx'
import { AddPasskeyDialog } from './AddPasskeyDialog.tsx'
import { passkeysQuery } from './queries.ts'
import { RemovePasskeyDialog } from './RemovePasskeyDialog.tsx'
import { RenamePasskeyDialog } from './RenamePasskeyDialog.tsx'

type Open = { readonly what: 'add' } | { readonly what: 'rename' | 'remove'; readonly passkey: Passkey }

/** `isActing`: an admin looks at it as this user, who alone changes how they sign in. */
export function OwnPasskeys({ isActing }: { isActing: boolean }) {
  const query = useQuery(passkeysQuery())
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const items = query.data?.items ?? []
  return (
    <Part
      title="Passkeys"
      lead="Sign in with your fingerprint, your face or a security key, in the place of your password and its second step."
      action={
        query.data &&
        hasPasskeys &&
        !isActing && (
          <button type="button" className="btn" onClick={() => setOpen({ what: 'add' })}>
            <Icon name="plus-lg" />
            Add a passkey
          </button>
        )
      }
    >
      {query.isPending && (
        <div role="status" aria-label="Loading your passkeys">
          <span className="t8-bone" />
        </div>
      )}
      {query.isError && !query.data && (
        <NotLoaded title="Your passkeys could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
      )}
      {items.length > 0 && (
        <EntryList label="Your passkeys">
          {items.map(passkey => (
            <Row key={passkey.id} passkey={passkey} isActing={isActing} onOpen={setOpen} />
          ))}
        </EntryList>
      )}
      {query.data && items.length === 0 && <p className="sm">{none(isActing)}</p>}
      {query.data && open?.what === 'add' && (
        <AddPasskeyDialog asksPassword={query.data.asksPassword} onClose={close} />
      )}
      {open?.what === 'rename' && <RenamePasskeyDialog passkey={open.passkey} onClose={close} />}
      {open?.what === 'remove' && <RemovePasskeyDialog passkey={open.passkey} onClose={close} />}
    </Part>
  )
}

function none(isActing: boolean): string {
  if (isActing) return 'They have none.'
  if (hasPasskeys) return 'You have none yet.'
  return 'You have none yet. You can add one where Trunk8 is open in a browser over https, by its name.'
}

interface RowProps {
  readonly passkey: Passkey
  readonly isActing: boolean
  readonly onOpen: (open: Open) => void
}

function Row({ passkey, isActing, onOpen }: RowProps) {
  const { name, host, createdAt, lastUsedAt } = passkey
  return (
    <Entry
      icon="fingerprint"
      name={<span className="strong">{name}</span>}
      actions={
        !isActing && (
          <>
            <button
              type="button"
              className="btn btn-quiet btn-s btn-icon"
              aria-label={`Rename ${name}`}
              title="Rename"
              onClick={() => onOpen({ what: 'rename', passkey })}
            >
              <Icon name="pencil" />
            </button>
            <button
              type="button"
              className="btn btn-quiet btn-s btn-icon btn-danger-quiet"
              aria-label={`Remove ${name}`}
              title="Remove"
              onClick={() => onOpen({ what: 'remove', passkey })}
            >
              <Icon name="trash" />
            </button>
          </>
        )
      }
    >
      <p className="muted xs">
        At {host} · {lastUsedAt ? `used ${formatFact(lastUsedAt)}` : `added ${formatFact(createdAt)}, not used yet`}
      </p>
    </Entry>
  )
}
