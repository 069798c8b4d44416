import type { Deletions } from './deletions.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore } from './store.ts'
import type { Turns } from './turns.ts'

/**
 * Takes links away when their time has come: into the trash, like a deletion, so that a wrong clock loses nothing. It
 * looks at least once a minute, since a clock that is set and a computer that sleeps tell nobody.
 */
export type Expiry = ReturnType<typeof createExpiry>

const minute = 60_000

interface ExpiryOptions {
  readonly store: LinkStore
  readonly deletions: Pick<Deletions, 'remove'>
  readonly turns: Turns
  readonly now: () => number
  readonly report: (message: string) => void
}

export function createExpiry({ store, deletions, turns, now, report }: ExpiryOptions) {
  let timer: NodeJS.Timeout | undefined
  let dueAt = Number.POSITIVE_INFINITY
  let sweeping: Promise<void> | undefined
  let isStopped = false

  const endOf = (entry: Entry | undefined): number => entry?.record.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY

  function arm(wanted: number): void {
    if (isStopped) return
    clearTimeout(timer)
    dueAt = wanted
    timer = setTimeout(() => void sweep(), Math.min(Math.max(wanted - now(), 0), minute))
    timer.unref()
  }

  async function expire({ owner, code }: Entry): Promise<void> {
    await turns.for(code, async () => {
      const entry = store.findOf(owner, code)
      if (entry && endOf(entry) <= now()) await deletions.remove(entry)
    })
  }

  async function sweepOnce(): Promise<void> {
    // One moment for both looks: what expires between them, or while links are being removed, is due at once.
    const moment = now()
    const over = store.list().filter(entry => endOf(entry) <= moment)
    await Promise.all(
      over.map(entry =>
        expire(entry).catch(error => report(`/${entry.code} has expired and cannot be removed: ${error}`)),
      ),
    )
    // What could not be removed waits for the next minute.
    const next = store.list().reduce((earliest, entry) => {
      const at = endOf(entry)
      return at > moment ? Math.min(earliest, at) : earliest
    }, Number.POSITIVE_INFINITY)
    arm(next)
  }

  /** Resolves when all that had expired is gone, or has been tried. */
  async function sweep(): Promise<void> {
    sweeping ??= sweepOnce().finally(() => {
      sweeping = undefined
    })
    await sweeping
  }

  const stopListening = store.onChange(({ owner, code }) => {
    const at = store.findOf(owner, code)?.record.expiresAt?.getTime()
    if (at !== undefined && at < dueAt) arm(at)
  })

  return {
    sweep,
    async stop(): Promise<void> {
      isStopped = true
      stopListening()
      clearTimeout(timer)
      await sweeping
    },
  }
}
