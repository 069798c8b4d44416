/**
 * What main knows of the server: whether it shares, the newest links, what runs. Kept by its events; after a break all
 * of it is asked for again.
 */
import { api, type Link, type SharingStatus, type Transfer } from '../src-server/contract/index.ts'
import type { Log } from './log.ts'
import type { OwnerClient } from './owner-client.ts'
import type { ShareBatches } from './share-batches.ts'

const recentCount = 10

export interface ServerMirrorOptions {
  readonly client: OwnerClient
  readonly log: Log
  readonly onChange: () => void
  /** Hear of every transfer, and after a break of all there are. */
  readonly batches: ShareBatches
}

export interface ServerMirror {
  /** undefined until the server has answered for the first time. */
  readonly sharing: SharingStatus | undefined
  /** Newest first. */
  readonly recent: readonly Link[]
  readonly runningTransfers: number
  stop(): void
}

export function createServerMirror({ client, log, batches, onChange }: ServerMirrorOptions): ServerMirror {
  let sharing: SharingStatus | undefined
  let recent: readonly Link[] = []
  let isStale = false
  const running = new Set<string>()

  function note({ id, state }: Transfer): void {
    if (state === 'running') running.add(id)
    else running.delete(id)
  }

  async function refresh(): Promise<void> {
    sharing = await client.call(api.sharing.get, {})
    const { items } = await client.call(api.transfers.list, {})
    running.clear()
    items.forEach(note)
    batches.hearAll(items)
    await refreshLinks()
  }

  async function refreshLinks(): Promise<void> {
    isStale = false
    recent = (await client.call(api.links.list, { limit: recentCount })).items
    onChange()
  }

  /** Many changes at once are asked for once. */
  function refreshLinksSoon(): void {
    if (isStale) return
    isStale = true
    setTimeout(() => void refreshLinks().catch(complain), 100)
  }

  const complain = (error: unknown): void => log.error('The server did not say how things stand', error)

  const stop = client.subscribe({
    onOpen: () => void refresh().catch(complain),
    onEvent({ name, data }) {
      if (name === 'links') refreshLinksSoon()
      if (name === 'server') {
        sharing = data
        onChange()
      }
      if (name === 'transfer') {
        note(data)
        batches.hear(data)
      }
    },
  })

  return {
    get sharing() {
      return sharing
    },
    get recent() {
      return recent
    },
    get runningTransfers() {
      return running.size
    },
    stop,
  }
}
