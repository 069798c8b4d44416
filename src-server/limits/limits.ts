import { AppError } from '../contract/errors.ts'
import type { Client } from '../http/client.ts'
import { secondsInWords } from '../http/spans.ts'
import type { Who } from '../policy.ts'
import { createLeakyBuckets, type Limit } from './leaky-buckets.ts'

/**
 * How fast requests may come. Three zones that know nothing of one another: signing in, whoever is not signed in, and
 * everybody who is. The desktop's own door has none. What was counted outlives a change of the settings.
 */
export type Limits = ReturnType<typeof createLimits>

export interface RateLimits {
  readonly isOn: boolean
  readonly login: Limit
  readonly general: Limit
  readonly signedIn: Limit
}

interface LimitsOptions {
  readonly settings: () => RateLimits
  /** Milliseconds that never go back. */
  readonly now?: () => number
}

type Sender = Pick<Client, 'key' | 'isAttributed' | 'isDesktop'>

export function createLimits({ settings, now = () => performance.now() }: LimitsOptions) {
  const login = createLeakyBuckets({ now })
  const general = createLeakyBuckets({ now })
  const signedIn = createLeakyBuckets({ now })
  const inTurn = createTurns()
  const isFree = (client: Sender): boolean => !settings().isOn || client.isDesktop

  /** Throws `rate_limited`. */
  function countLogin(client: Sender): void {
    if (isFree(client)) return
    const { key, limit } = countedAs(client, settings().login)
    refuseFor(login.take(key, limit), 'tries')
  }

  async function guess(client: Sender, isRight: () => Promise<boolean>): Promise<boolean> {
    countLogin(client)
    let wasWrong = false
    try {
      wasWrong = !(await isRight())
      return !wasWrong
    } finally {
      if (!wasWrong && !isFree(client)) login.giveBack(countedAs(client, settings().login).key)
    }
  }

  return {
    /** Whether there are limits at all. */
    get isOn(): boolean {
      return settings().isOn
    },

    /** One request to sign in. Throws `rate_limited`. */
    countLogin,

    /** One request of any other kind. Throws `rate_limited`. */
    count(client: Sender, who: Who | undefined): void {
      if (isFree(client)) return
      if (who) refuseFor(signedIn.take(nameOf(who), settings().signedIn), 'requests')
      else {
        const { key, limit } = countedAs(client, settings().general)
        refuseFor(general.take(key, limit), 'requests')
      }
    },

    /**
     * A try at something else that can be guessed: it counts as a sign-in for as long as it goes on, and for good when it
     * was wrong. One address makes one at a time, so that whoever loads a file in many parts with the right password is not
     * taken for one who guesses. Throws `rate_limited` before it is looked at.
     */
    guess(client: Sender, isRight: () => Promise<boolean>): Promise<boolean> {
      const look = () => guess(client, isRight)
      return isFree(client) || !client.isAttributed ? look() : inTurn(client.key, look)
    },
  }
}

/** Does what is asked for one key one after the other. */
function createTurns() {
  const lasts = new Map<string, Promise<unknown>>()
  return <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const run = (lasts.get(key) ?? Promise.resolve()).then(task)
    const last = run
      .catch(() => {})
      .finally(() => {
        if (lasts.get(key) === last) lasts.delete(key)
      })
    lasts.set(key, last)
    return run
  }
}

/** Those whom a proxy brings without saying for whom are many: they share six times what one of them would have. */
const ofMany = 6

function countedAs({ key, isAttributed }: Sender, limit: Limit): { readonly key: string; readonly limit: Limit } {
  if (isAttributed) return { key, limit }
  return { key: 'unattributed', limit: { perMinute: limit.perMinute * ofMany, burst: limit.burst * ofMany } }
}

const nameOf = ({ apiKey, sessionId, username }: Who): string => apiKey?.id ?? sessionId ?? username

function refuseFor(milliseconds: number, what: 'tries' | 'requests'): void {
  if (milliseconds <= 0) return
  throw tooMany(what, Math.ceil(milliseconds / 1000))
}

/** `seconds`: whole. */
export const tooMany = (what: 'tries' | 'requests', seconds: number): AppError =>
  new AppError('rate_limited', `Too many ${what} at once. Wait ${secondsInWords(seconds)}, then try again`, {
    retryAfter: seconds,
  })
