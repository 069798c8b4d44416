import type { Client } from '../http/client.ts'
import { createRecentMap } from '../memory/recent-map.ts'
import type { Failures } from '../sign-in/failures.ts'
import { tooMany } from './limits.ts'

/**
 * Slows down those who guess at one account from many addresses, each of them slow enough to be left alone. No account is
 * ever locked, since that would let anybody lock its owner out.
 *
 * After ten failures in fifteen minutes the tries at an account go one after the other, two seconds apart, whoever makes
 * them: at most thirty guesses a minute in all. Nobody waits longer than ten seconds; where that would not do they are told
 * when to come back. One address has one place in the line, so that it cannot fill it. Whoever came in from an address
 * before passes the line by there, so that its owner notices nothing. Names that nobody has are treated alike.
 */
export type AccountPace = ReturnType<typeof createAccountPace>

interface AccountPaceOptions {
  readonly failures: Pick<Failures, 'onFailure'>
  readonly isOn: () => boolean
  /** Milliseconds that never go back. */
  readonly now?: () => number
  readonly wait?: (milliseconds: number) => Promise<void>
}

interface Account {
  /** When the latest failures were, at most as many as it takes. */
  failures: readonly number[]
  /** When the last one in the line has its turn. */
  lastTurn: number
  readonly inLine: Set<string>
  /** Addresses from which it was signed in to, the latest last. */
  known: readonly string[]
}

const tooManyFailures = 10
const within = 15 * 60_000
const apart = 2000
const longestWait = 10_000
const mostAccounts = 10_000
const mostKnown = 16

export function createAccountPace({
  failures,
  isOn,
  now = () => performance.now(),
  wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
}: AccountPaceOptions) {
  const accounts = createRecentMap<Account>(mostAccounts)

  function accountOf(username: string): Account {
    const known = accounts.get(username)
    if (known) return known
    const made: Account = { failures: [], lastTurn: 0, inLine: new Set(), known: [] }
    accounts.set(username, made)
    return made
  }

  failures.onFailure(({ kind, username }) => {
    if (username === undefined || !['sign_in', 'second_step'].includes(kind) || !isOn()) return
    const account = accountOf(username)
    account.failures = [...account.failures, now()].slice(-tooManyFailures)
  })

  const isGuessedAt = ({ failures }: Account): boolean =>
    failures.length === tooManyFailures && (failures[0] ?? 0) > now() - within

  return {
    /** Resolves when a try at this account may be made. Throws `rate_limited` where that would take too long. */
    async takeTurn(username: string, { key, isAttributed, isDesktop }: Client): Promise<void> {
      const account = accounts.get(username)
      if (!isOn() || isDesktop || !account || !isGuessedAt(account)) return
      if (isAttributed && account.known.includes(key)) return
      const time = now()
      const turn = Math.max(time, account.lastTurn) + apart
      const isThere = isAttributed && account.inLine.has(key)
      if (isThere || turn - time > longestWait) throw tooMany('tries', Math.ceil((turn - time) / 1000))
      account.lastTurn = turn
      account.inLine.add(key)
      await wait(turn - time)
      account.inLine.delete(key)
    },

    /** Somebody signed in to it. */
    welcome(username: string, { key, isAttributed }: Client): void {
      if (!isAttributed) return
      const account = accountOf(username)
      account.known = [...account.known.filter(it => it !== key), key].slice(-mostKnown)
    },
  }
}
