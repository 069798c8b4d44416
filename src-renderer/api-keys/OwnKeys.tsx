/** One's own API keys, under how one signs in. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { useNow } from '../lib/now.ts'
import { Icon } from '../ui/Icon.tsx'
import { Part } from '../ui/Part.tsx'
import { KeyList } from './KeyList.tsx'
import { KeysState } from './KeysState.tsx'
import { NewKeyDialog } from './NewKeyDialog.tsx'
import { apiKeyQueries } from './queries.ts'
import { RemoveKeyDialog } from './RemoveKeyDialog.tsx'

interface OwnKeysProps {
  readonly isAdmin: boolean
  /** An admin looks at it as this user, in whose name they make no key. */
  readonly isActing: boolean
}

export function OwnKeys({ isAdmin, isActing }: OwnKeysProps) {
  const now = useNow()
  const own = useQuery(apiKeyQueries.own())
  const [isMaking, setIsMaking] = useState(false)
  const [leaving, setLeaving] = useState<ApiKey>()
  return (
    <Part
      title="API keys"
      lead="For scripts and programs: each comes in by a key of its own, and does no more than you let it."
      action={
        !isActing && (
          <button type="button" className="btn" onClick={() => setIsMaking(true)}>
            <Icon name="plus-lg" />
            New key
          </button>
        )
      }
    >
      {own.data?.length ? (
        <KeyList label="Your API keys" items={own.data} now={now} onRemove={setLeaving} />
      ) : (
        <KeysState query={own}>
          <p className="strong">No API keys yet</p>
          <p className="muted sm">
            With one, a script can share files and make links in your name. Your password stays out of it, and you can
            take the key back at any time.
          </p>
        </KeysState>
      )}
      {isMaking && <NewKeyDialog isAdmin={isAdmin} onClose={() => setIsMaking(false)} />}
      {leaving && <RemoveKeyDialog apiKey={leaving} isOwn onClose={() => setLeaving(undefined)} />}
    </Part>
  )
}
