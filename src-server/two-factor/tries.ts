import { AppError } from '../contract/errors.ts'

/**
 * Holds up whoever tries codes one after the other, from however many addresses: a code has six digits, and three of them
 * count at any moment. Only who has the password, or a session, gets this far.
 */

const most = 10
const within = 15 * 60_000

/** `now`: milliseconds of a clock that nobody sets back. */
export function createTries(now: () => number = () => performance.now()) {
  const failures = new Map<string, number[]>()

  const recent = (username: string): number[] => (failures.get(username) ?? []).filter(at => now() - at < within)

  return {
    /** Throws `rate_limited` while there were too many failures lately. */
    check(username: string): void {
      const [oldest = 0, ...rest] = recent(username)
      if (rest.length + 1 < most) return
      const retryAfter = Math.max(1, Math.ceil((oldest + within - now()) / 1000))
      throw new AppError('rate_limited', 'Too many wrong codes. Wait a while, then try again', { retryAfter })
    },

    failed(username: string): void {
      failures.set(username, [...recent(username), now()].slice(-most))
    },

    forget: (username: string): void => void failures.delete(username),
  }
}
