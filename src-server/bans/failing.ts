import type { FailureKind, Watched } from '../contract/bans.ts'
import { createRecentMap } from '../memory/recent-map.ts'
import type { Clock } from './store.ts'

interface Failed {
  /** When, the latest last. */
  readonly times: readonly number[]
  readonly why: FailureKind
}

const mostAddresses = 10_000
const mostShown = 100

/** Who fails, and how often of late. Of many those are kept that failed last. */
export function createFailing(clock: Clock) {
  const failing = createRecentMap<Failed>(mostAddresses)
  const since = (times: readonly number[], from: number) => times.filter(time => time > from)

  return {
    /** One more failure → how many there were within `seconds`, this one included. */
    count(address: string, why: FailureKind, seconds: number): number {
      const now = clock.steady()
      const times = [...since(failing.get(address)?.times ?? [], now - seconds * 1000), now]
      failing.set(address, { times, why })
      return times.length
    },

    forget: (address: string): boolean => failing.delete(address),

    /** Those that failed within `seconds`, the most first. */
    list(seconds: number): Watched[] {
      const now = clock.steady()
      const toIso = (time: number) => new Date(clock.wall() + time - now).toISOString()
      return [...failing.entries()]
        .flatMap(([address, { times, why }]) => {
          const recent = since(times, now - seconds * 1000)
          const last = recent.at(-1)
          return last === undefined ? [] : [{ address, failures: recent.length, why, lastAt: toIso(last) }]
        })
        .sort((a, b) => b.failures - a.failures || b.lastAt.localeCompare(a.lastAt))
        .slice(0, mostShown)
    },
  }
}
