/** All that is on its way or went wrong, as cards: what this page sends and what the server tells of. */
import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Transfer } from '../../src-server/contract/transfers.ts'
import type { Intake } from './intake.ts'
import { transferQueries, useCancelTransfer, useForgetTransfer } from './queries.ts'
import type { Moving } from './TransferCard.tsx'
import type { Upload, Uploads } from './uploads.ts'

export interface MovingItem {
  readonly key: string
  /** Of the link that it is to become, once known. */
  readonly code?: string
  readonly moving: Moving
}

/** What is `owner`’s of it, newest first. */
export function useMoving({
  owner,
  uploads,
  intake,
}: {
  owner: string
  uploads: Uploads
  intake: Intake
}): MovingItem[] {
  const sent = useSyncExternalStore(uploads.subscribe, uploads.get)
  const { data } = useQuery(transferQueries.list())
  const cancel = useCancelTransfer()
  const forget = useForgetTransfer()

  const told = (data?.items ?? []).filter(item => item.owner === owner && item.state !== 'cancelled')
  const twins = pairUp(sent, told)
  const paired = new Set(twins.values())
  const isNews = (item: Transfer) => (item.kind === 'import' ? true : item.state === 'running' && !paired.has(item))

  return [
    ...sent.map(item => ({
      key: item.id,
      code: item.link?.code,
      moving: fromUpload(item, twins.get(item.id), uploads),
    })),
    ...told.filter(isNews).map(item => ({
      key: item.code,
      code: item.code,
      moving: {
        ...fromTransfer(item),
        onCancel: () => cancel.mutate(item.id),
        onDismiss: () => forget(item.id),
        onRetry: () => {
          forget(item.id)
          intake.shareAgain(item.code)
        },
      },
    })),
  ]
}

/** Uploads of this page, by id, with the server's account of the same: it knows the address from the start. */
function pairUp(sent: readonly Upload[], told: readonly Transfer[]): Map<string, Transfer> {
  const free = new Set(told.filter(({ kind }) => kind === 'upload'))
  const pairs = new Map<string, Transfer>()
  for (const item of sent) {
    const twin = [...free].find(({ name, size }) => name === item.name && (size === undefined || size >= item.size))
    if (!twin) continue
    free.delete(twin)
    pairs.set(item.id, twin)
  }
  return pairs
}

function fromUpload(item: Upload, twin: Transfer | undefined, uploads: Uploads): Moving {
  const { id, name, state, bytes, size, speed, problem, file } = item
  const url = item.link?.shareUrl ?? (state === 'running' ? twin?.shareUrl : undefined)
  return {
    name,
    state: state === 'checking' ? 'waiting' : state,
    bytes,
    size,
    speed,
    url,
    problem,
    onCancel: () => uploads.cancel(id),
    onRetry: file && (() => uploads.retry(id)),
    onDismiss: () => uploads.dismiss(id),
  }
}

function fromTransfer({ name, state, bytes, size, speed, shareUrl, error }: Transfer) {
  return {
    name,
    state: state === 'cancelled' ? ('failed' as const) : state,
    bytes,
    size,
    speed,
    url: shareUrl,
    problem: error?.detail ?? 'It could not be copied',
  }
}
