import { randomBytes } from 'node:crypto'
import { createExpiringMap } from '../memory/expiring-map.ts'

/**
 * What passkeys are asked to sign: random, told once, good for five minutes and for one answer (Web Authentication,
 * section 13.4.3).
 */
export interface Purpose {
  /** What it is for: signing in, or adding a passkey to the session that asked. */
  readonly place: string
  /** Where the browser was when it asked: there it has to be when it answers. */
  readonly origin: string
  /** What a passkey that is added by it knows its owner by. */
  readonly userHandle?: string
}

export type Challenges = ReturnType<typeof createChallenges>

const lifetime = 5 * 60_000
/** Whoever asks for more makes the oldest go: a person answers within moments. */
const most = 2000

/** `now`: milliseconds of a clock that nobody sets back. */
export function createChallenges(now?: () => number) {
  const open = createExpiringMap<Purpose>({ lifetime, most, now })

  return {
    make(purpose: Purpose): string {
      const challenge = randomBytes(32).toString('base64url')
      open.set(challenge, purpose)
      return challenge
    },

    /** What this was told for, if it was just this; from then on it is used. */
    take(challenge: string, { place, origin }: Purpose): Purpose | undefined {
      const found = open.take(challenge)
      return found?.place === place && found.origin === origin ? found : undefined
    },
  }
}
