/** Everybody's API keys, for an admin to look through and to take away. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import { useNow } from '../lib/now.ts'
import { Part } from '../ui/Part.tsx'
import { KeyList } from './KeyList.tsx'
import { KeysState } from './KeysState.tsx'
import { apiKeyQueries } from './queries.ts'
import { RemoveKeyDialog } from './RemoveKeyDialog.tsx'

export function AllKeys() {
  const now = useNow()
  const all = useQuery(apiKeyQueries.all())
  const [leaving, setLeaving] = useState<ApiKey>()
  return (
    <Part
      title="API keys of everybody"
      lead="What programs come in with. People make their own under Settings, How you sign in."
    >
      {all.data?.length ? (
        <KeyList label="API keys of everybody" items={all.data} now={now} isOfAll onRemove={setLeaving} />
      ) : (
        <KeysState query={all}>
          <p className="muted sm">Nobody has an API key.</p>
        </KeysState>
      )}
      {leaving && <RemoveKeyDialog apiKey={leaving} isOwn={false} onClose={() => setLeaving(undefined)} />}
    </Part>
  )
}
