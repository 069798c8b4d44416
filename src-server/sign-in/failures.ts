import type { Client } from '../http/client.ts'

/** What was tried and refused, told to whoever counts it: bans, alerts. */
export interface Failure {
  readonly client: Client
  readonly kind: 'sign_in' | 'second_step' | 'api_key' | 'link_password'
  /** As it was typed, or as found by whoever refused it. */
  readonly username?: string
}

export interface Failures {
  report(failure: Failure): void
  /** Returns the function that stops it. */
  onFailure(listener: (failure: Failure) => void): () => void
}

export function createFailures(): Failures {
  const listeners = new Set<(failure: Failure) => void>()
  return {
    report(failure) {
      for (const listener of listeners) listener(failure)
    },
    onFailure(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
