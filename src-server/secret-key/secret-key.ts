import { randomBytes } from 'node:crypto'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import type { Who } from '../policy.ts'
import type { Vault } from '../storage/file-vault.ts'
import { keysOf } from './derive.ts'
import { createSealing } from './sealing.ts'

/**
 * The instance's one secret key, from which all others come, and its replacement: from one moment to the next no session,
 * token or opened link that rests on the old one is worth anything. The old one is kept to read what it sealed, and for
 * nothing else.
 */
export type SecretKey = Awaited<ReturnType<typeof openSecretKey>>

interface SecretKeyOptions {
  readonly secretKey: string
  /** Why it cannot be replaced, as a sentence. */
  readonly fixedBy: string | undefined
  readonly vault: Vault
  readonly audit: Audit
  readonly log: Log
}

export async function openSecretKey({ secretKey, fixedBy, vault, audit, log }: SecretKeyOptions) {
  let [current, previous] = [secretKey, await readPrevious(vault, log)]
  let derive = keysOf(current)
  let deriveBefore = previous === undefined ? [] : [keysOf(previous)]
  const listeners = new Set<() => Promise<void>>()
  let replacing: Promise<unknown> = Promise.resolve()

  /** A crash between the two leaves the old key in both places, and everything as it was. */
  async function keep(next: string): Promise<void> {
    try {
      await vault.write('previous-secret-key', current)
      await vault.write('secret-key', next)
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw new AppError('internal', 'The new key could not be kept, so the old one stays', { cause })
    }
  }

  async function replace(who: Who): Promise<void> {
    if (fixedBy !== undefined) throw new AppError('not_allowed', `The secret key cannot be replaced here: ${fixedBy}`)
    const next = randomBytes(32).toString('hex')
    await keep(next)
    ;[current, previous] = [next, current]
    ;[derive, deriveBefore] = [keysOf(current), [keysOf(previous)]]
    for (const listener of listeners) {
      await listener().catch(error => log.error('Not everything has taken the new secret key', error))
    }
    await audit.record(who, 'secret_key_rotated')
  }

  return {
    fixedBy,

    /** By the present key. Ask anew each time: what is kept of an answer outlives the key. */
    derive: (purpose: string, bytes: number): Buffer => derive(purpose, bytes),

    sealing: createSealing(() => [derive, ...deriveBefore]),

    /**
     * Makes another key, which holds once it is kept. Throws `not_allowed` where `fixedBy` says why, and what the vault
     * throws; then the old one stays.
     */
    replace(who: Who): Promise<void> {
      const run = replacing.then(() => replace(who))
      replacing = run.catch(() => {})
      return run
    },

    /**
     * `listener` is waited for after each replacement: it ends what rests on the old key, and seals anew what that one
     * sealed, which the replacement after the next can no longer read.
     */
    onReplaced(listener: () => Promise<void>): void {
      listeners.add(listener)
    },
  }
}

async function readPrevious(vault: Vault, log: Log): Promise<string | undefined> {
  try {
    return await vault.read('previous-secret-key')
  } catch (error) {
    log.error('The secret key from before cannot be read: what it sealed stays closed', error)
    return undefined
  }
}
