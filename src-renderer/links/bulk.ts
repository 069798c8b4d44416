/** One change to any number of links, sent in pieces that the server takes, with its progress and a way to stop. */
import { useRef, useState } from 'react'
import type { z } from 'zod'
import { type BulkChange, type BulkOutcome, links } from '../../src-server/contract/links.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { formatMany } from '../lib/format.ts'
import { say } from '../ui/Toaster.tsx'
import { useRefresh } from './queries.ts'

type Change = Omit<z.input<typeof BulkChange>, 'codes'>

/** The server takes this many at a time. */
const pieceSize = 1000

export interface BulkRun {
  readonly action: Change['action']
  readonly done: number
  readonly total: number
}

const pastWords = {
  delete: 'deleted',
  restore: 'brought back',
  enable: 'active again',
  disable: 'paused',
  expire: 'changed',
} as const satisfies Record<Change['action'], string>

/** What takes a change back, where something does. */
const opposites: Partial<Record<Change['action'], Change['action']>> = {
  delete: 'restore',
  enable: 'disable',
  disable: 'enable',
}

export function useBulk() {
  const refresh = useRefresh()
  const [run, setRun] = useState<BulkRun>()
  const stop = useRef<AbortController>(undefined)

  async function change(codes: readonly string[], change: Change): Promise<void> {
    const controller = new AbortController()
    stop.current = controller
    const outcome: BulkOutcome = { done: [], failed: [] }
    try {
      for (let start = 0; start < codes.length && !controller.signal.aborted; start += pieceSize) {
        setRun({ action: change.action, done: start, total: codes.length })
        const piece = await call(links.bulk, { ...change, codes: codes.slice(start, start + pieceSize) })
        outcome.done.push(...piece.done)
        outcome.failed.push(...piece.failed)
      }
    } catch (error) {
      say(messageOf(error), { isBad: true })
    } finally {
      setRun(undefined)
      await refresh()
    }
    tell(outcome, change.action)
  }
  function tell({ done, failed }: BulkOutcome, action: Change['action']): void {
    const back = opposites[action]
    const undo = back && (() => void change(done, { action: back }))
    if (done.length > 0) say(`${formatMany(done.length, 'link')} ${pastWords[action]}`, { ...(undo && { undo }) })
    const [first] = failed
    if (first)
      say(`${formatMany(failed.length, 'link')} could not be changed. /${first.code}: ${first.detail}`, { isBad: true })
  }
  return { run, change, stop: () => stop.current?.abort() }
}

export type Bulk = ReturnType<typeof useBulk>
