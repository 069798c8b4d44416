import { z } from 'zod'
import { isTable, type TomlFile } from '../storage/toml-file.ts'

/**
 * How often and when last each link was visited. Counted in memory and written to a file of their own every few
 * seconds, so that a visit costs no write: a crash loses the last seconds of counting, and never a link.
 */
export type Visits = ReturnType<typeof createVisits>

export interface VisitCount {
  readonly count: number
  /** ISO 8601, UTC. */
  readonly last?: string | undefined
}

const flushEvery = 5_000
const none: VisitCount = { count: 0 }

/** Two flat tables: with a hundred thousand links, one table a link would take long to write. */
export const VisitsFile = z.looseObject({
  count: z.custom<Readonly<Record<string, number>>>(isTable).optional(),
  last: z.custom<Readonly<Record<string, string>>>(isTable).optional(),
})

export function createVisits(file: TomlFile<typeof VisitsFile>, report: (message: string) => void) {
  const counts = new Map<string, VisitCount>()
  const { count = {}, last = {} } = file.value
  for (const [code, n] of Object.entries(count)) {
    if (Number.isSafeInteger(n) && n > 0)
      counts.set(code, { count: n, last: typeof last[code] === 'string' ? last[code] : undefined })
  }
  let isDirty = false
  let version = 0

  const set = (code: string, visits: VisitCount) => {
    isDirty = true
    version++
    if (visits.count > 0) counts.set(code, visits)
    else counts.delete(code)
  }

  const record = (code: string): void =>
    set(code, { count: (counts.get(code)?.count ?? 0) + 1, last: new Date().toISOString() })

  async function flush(): Promise<void> {
    if (!isDirty) return
    isDirty = false
    const entries = [...counts]
    const lastVisits = entries.flatMap(([code, { last }]) => (last === undefined ? [] : [[code, last] as const]))
    try {
      await file.modify(current => ({
        ...current,
        count: Object.fromEntries(entries.map(([code, { count }]) => [code, count])),
        last: Object.fromEntries(lastVisits),
      }))
    } catch (error) {
      isDirty = true
      report(`Visits could not be written: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const timer = setInterval(() => void flush(), flushEvery)
  timer.unref()

  return {
    /** Counts up with every visit. */
    get version() {
      return version
    },
    of: (code: string): VisitCount => counts.get(code) ?? none,
    record,
    /** The same, and on the disk when it resolves: what may be opened so many times is not opened again after a crash. */
    async recordSafely(code: string): Promise<void> {
      record(code)
      await flush()
    },
    set,
    /** Takes the count along when a link gets another code. */
    move(from: string, to: string): void {
      set(to, counts.get(from) ?? none)
      set(from, none)
    },
    /** Forgets all counts of codes that `isKept` says no to. */
    keep(isKept: (code: string) => boolean): void {
      for (const code of [...counts.keys()].filter(code => !isKept(code))) set(code, none)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await flush()
      await file.close()
    },
  }
}
