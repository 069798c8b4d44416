/**
 * The system's keychain, with calls that always come back: a locked keychain waits for a person, one that is missing
 * or in trouble fails at once.
 */
import { utilityProcess } from 'electron'
import { z } from 'zod'
import type { Log } from './log.ts'

export interface Keychain {
  /** One secret for each account, null where there is none. Throws `KeychainError`. */
  read(accounts: readonly string[]): Promise<readonly (string | null)[]>
  /** Account → secret; null takes it out. Throws `KeychainError`; some may have been written then. */
  write(secrets: Readonly<Record<string, string | null>>): Promise<void>
}

export class KeychainError extends Error {
  /** `silent`: it did not answer in time, so it may be locked and waiting for a person. */
  readonly reason: 'unusable' | 'silent'
  constructor(reason: KeychainError['reason'], options?: ErrorOptions) {
    super(`The keychain is ${reason}`, options)
    this.name = 'KeychainError'
    this.reason = reason
  }
}

/** What one process is asked; it writes first. */
export interface KeychainRequest {
  readonly service: string
  readonly read: readonly string[]
  readonly write: Readonly<Record<string, string | null>>
}

const KeychainAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), secrets: z.array(z.string().nullable()) }),
  z.object({ ok: z.literal(false), reason: z.string() }),
])
export type KeychainAnswer = z.infer<typeof KeychainAnswer>

export interface KeychainOptions {
  /** The built entry of the process that asks. */
  readonly entry: string
  /** Under which name the entries stand in the keychain. */
  readonly service: string
  readonly log: Log
}

/** Milliseconds: long enough for a person to type the password of the keychain. */
const limit = 20_000

export function createKeychain({ entry, service, log }: KeychainOptions): Keychain {
  const ask = async (request: Pick<KeychainRequest, 'read' | 'write'>): Promise<readonly (string | null)[]> => {
    const answer = await askProcess(entry, { service, ...request })
    if (answer.ok) return answer.secrets
    log.warn(`The keychain cannot be used: ${answer.reason}`)
    throw new KeychainError('unusable')
  }
  return {
    read: read => ask({ read, write: {} }),
    write: async write => void (await ask({ read: [], write })),
  }
}

function askProcess(entry: string, request: KeychainRequest): Promise<KeychainAnswer> {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Trunk8 keychain', stdio: 'ignore' })
  const answered = new Promise<KeychainAnswer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new KeychainError('silent')), limit)
    child.once('message', given => {
      const answer = KeychainAnswer.safeParse(given)
      resolve(answer.success ? answer.data : { ok: false, reason: 'it answered in a way that is not understood' })
    })
    child.once('exit', code => {
      clearTimeout(timer)
      resolve({ ok: false, reason: `its process ended with ${code}` })
    })
  })
  child.postMessage(request)
  return answered.finally(() => child.kill())
}
