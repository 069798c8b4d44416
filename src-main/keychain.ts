/**
 * The system's keychain, with calls that always come back: a locked keychain waits for a person, one that is missing
 * or in trouble fails at once.
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** What every keychain offers; `keytar` is one. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
}

export class KeychainError extends Error {
  /** `silent`: it did not answer in time, and may still be waiting for a person. */
  readonly reason: 'unusable' | 'silent'
  constructor(reason: KeychainError['reason'], options?: ErrorOptions) {
    super(`The keychain is ${reason}`, options)
    this.name = 'KeychainError'
    this.reason = reason
  }
}

/** The system's own keychain. Its native part may fail to load, which counts as no keychain. */
export async function loadKeychain(): Promise<Keychain | undefined> {
  return import('keytar').then(
    keytar => keytar.default ?? keytar,
    () => undefined,
  )
}

/** Runs one or more keychain calls. Throws `KeychainError` when they fail or take longer than `limit` milliseconds. */
export async function withinLimit<T>(calls: Promise<T>, limit: number): Promise<T> {
  const wait = new AbortController()
  const tooLate = sleep(limit, undefined, { signal: wait.signal }).then(() => {
    throw new KeychainError('silent')
  })
  try {
    return await Promise.race([calls, tooLate])
  } catch (cause) {
    throw cause instanceof KeychainError ? cause : new KeychainError('unusable', { cause })
  } finally {
    wait.abort()
    tooLate.catch(() => {}) // the aborted wait is nobody's error
  }
}
