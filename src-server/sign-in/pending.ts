import { randomBytes } from 'node:crypto'
import { createExpiringMap } from '../memory/expiring-map.ts'

/**
 * Sign-ins between their two steps: the password was right, the code is still to come. Held in memory alone, and worth
 * nothing but that one code: not a request is answered by them.
 */
export type PendingSignIns = ReturnType<typeof createPendingSignIns>

export interface PendingSignIn {
  readonly username: string
  /** Of the password and role that they had then: whatever is changed meanwhile lets nobody in. */
  readonly mark: string
  readonly isRemembered: boolean
  readonly next: string | undefined
  /** Of the client: the code has to come from there as well. */
  readonly address: string
}

/** Milliseconds. */
const lifetime = 5 * 60_000
const maxTries = 5
/** The oldest goes: there are this many only where somebody with a password makes them. */
const most = 1000

/** `now`: milliseconds of a clock that nobody sets back. */
export function createPendingSignIns(now?: () => number) {
  const pending = createExpiringMap<{ readonly signIn: PendingSignIn; triesLeft: number }>({ lifetime, most, now })

  return {
    /** → the token by which the second step is known. */
    begin(signIn: PendingSignIn): string {
      const token = randomBytes(32).toString('base64url')
      pending.set(token, { signIn, triesLeft: maxTries })
      return token
    },

    /**
     * The sign-in that a token stands for, of which this takes one try; undefined: there is none, it took too long or too
     * many tries, or it began elsewhere.
     */
    try(token: string, address: string): PendingSignIn | undefined {
      const found = pending.get(token)
      if (!found || found.signIn.address !== address) return undefined
      if (found.triesLeft === 0) {
        pending.delete(token)
        return undefined
      }
      found.triesLeft -= 1
      return found.signIn
    },

    /** Ends it. False: it had ended already, so that whoever asks is not the one who comes in by it. */
    end: (token: string): boolean => pending.delete(token),
  }
}
