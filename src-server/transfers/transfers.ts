import { v4 as uuid } from 'uuid'
import { AppError } from '../contract/errors.ts'
import type { Transfer } from '../contract/transfers.ts'
import type { EventHub } from '../events/hub.ts'
import { maySeeLink, type Who } from '../policy.ts'

/**
 * What is on its way into the instance, and what has just arrived. Tells of progress at most four times a second and of
 * every end; ended ones are listed for a while.
 */
export type Transfers = ReturnType<typeof createTransfers>

const tellEvery = 250
const speedOver = 3_000
const keptFor = 5 * 60_000

type NewTransfer = Pick<Transfer, 'kind' | 'owner' | 'code' | 'name' | 'size'>

/** Held by who moves the bytes. */
export interface RunningTransfer {
  /** Aborts when somebody cancels, with the error to end with. */
  readonly signal: AbortSignal
  /** As it is now. */
  current(): Transfer
  /** Bytes so far. */
  progress(bytes: number): void
  /** The code, or whose it is, turned out to be another one. */
  become(about: Pick<Transfer, 'code' | 'owner'>): void
  /** It is a link now, of so many bytes. */
  done(size: number): void
  fail(error: unknown): void
}

interface Sample {
  readonly at: number
  readonly bytes: number
}

interface Held {
  transfer: Omit<Transfer, 'shareUrl'>
  samples: readonly Sample[]
  toldAt: number
  endedAt: number | undefined
  readonly controller: AbortController
}

interface TransfersOptions {
  readonly events: EventHub
  readonly shareUrl: (code: string) => string
  readonly now?: () => number
}

export function createTransfers({ events, shareUrl, now = Date.now }: TransfersOptions) {
  const all = new Map<string, Held>()
  const view = ({ transfer }: Held): Transfer => ({ ...transfer, shareUrl: shareUrl(transfer.code) })

  function tell(held: Held): void {
    held.toldAt = now()
    events.publish('transfer', view(held), held.transfer.owner)
  }

  function dropOld(): void {
    for (const [id, { endedAt }] of all) if (endedAt !== undefined && endedAt < now() - keptFor) all.delete(id)
  }

  function progress(held: Held, bytes: number): void {
    const at = now()
    if (at < held.toldAt + tellEvery) {
      held.transfer = { ...held.transfer, bytes }
      return
    }
    held.samples = [...held.samples.filter(sample => sample.at > at - speedOver), { at, bytes }]
    held.transfer = { ...held.transfer, bytes, speed: speedOf(held.samples) }
    tell(held)
  }

  function end(held: Held, outcome: Partial<Transfer>): void {
    if (held.endedAt !== undefined) return
    held.endedAt = now()
    held.transfer = { ...held.transfer, ...outcome, speed: 0 }
    tell(held)
  }

  return {
    start(about: NewTransfer): RunningTransfer {
      dropOld()
      const startedAt = new Date(now()).toISOString()
      const transfer = { ...about, id: uuid(), bytes: 0, speed: 0, state: 'running' as const, startedAt }
      const samples = [{ at: now(), bytes: 0 }]
      const held: Held = { transfer, samples, toldAt: 0, endedAt: undefined, controller: new AbortController() }
      all.set(transfer.id, held)
      tell(held)
      return {
        signal: held.controller.signal,
        current: () => view(held),
        progress: bytes => progress(held, bytes),
        become(about) {
          held.transfer = { ...held.transfer, ...about }
        },
        done: size => end(held, { state: 'done', bytes: size, size }),
        fail: error =>
          end(held, { state: held.controller.signal.aborted ? 'cancelled' : 'failed', error: explain(error) }),
      }
    },

    list(who: Who): Transfer[] {
      dropOld()
      return [...all.values()].filter(({ transfer }) => maySeeLink(who, transfer.owner)).map(view)
    },

    /** Throws `not_found`, also for what is someone else's. What has ended stays as it is. */
    cancel(who: Who, id: string): void {
      const held = all.get(id)
      if (!held || !maySeeLink(who, held.transfer.owner)) throw new AppError('not_found', 'This transfer is over')
      if (held.endedAt === undefined) held.controller.abort(new AppError('cancelled', 'You cancelled it'))
    },

    /** Ends what a user who is gone has going on, and drops the rest. */
    forget(owner: string): void {
      const reason = new AppError('cancelled', 'This user was deleted')
      for (const [id, { transfer, controller }] of all) {
        if (transfer.owner !== owner) continue
        controller.abort(reason)
        all.delete(id)
      }
    },

    /** Ends all that still runs. */
    stop(): void {
      const reason = new AppError('cancelled', 'The server stopped before the whole file was here')
      for (const { controller } of all.values()) controller.abort(reason)
    },
  }
}

function speedOf(samples: readonly Sample[]): number {
  const [first, last] = [samples.at(0), samples.at(-1)]
  if (!first || !last || last.at === first.at) return 0
  return Math.round(((last.bytes - first.bytes) / (last.at - first.at)) * 1000)
}

function explain(error: unknown): NonNullable<Transfer['error']> {
  if (error instanceof AppError) return { code: error.code, detail: error.message }
  return { code: 'internal', detail: 'Something went wrong on this computer. The log says what' }
}
