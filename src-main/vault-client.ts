/** The server process's side of where secrets are kept: main has the keychain, and is asked over the private port. */
import { AppError } from '../src-server/contract/index.ts'
import type { Vault } from '../src-server/index.ts'
import type { ToServerProcess, VaultRequest } from './server-messages.ts'

export interface VaultClient {
  /** Rejects with main's own words where it could not be done. */
  readonly vault: Vault
  /** Main has answered. */
  settle(answer: Extract<ToServerProcess, { type: 'vaultAnswer' }>): void
}

type Asked = VaultRequest extends infer R ? (R extends VaultRequest ? Omit<R, 'type' | 'id'> : never) : never

export function createVaultClient(say: (message: VaultRequest) => void): VaultClient {
  const open = new Map<number, { resolve: (secret?: string) => void; reject: (error: Error) => void }>()
  let asked = 0

  function ask(request: Asked): Promise<string | undefined> {
    asked += 1
    const id = asked
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject })
      say({ type: 'vault', id, ...request })
    })
  }

  return {
    vault: {
      read: name => ask({ act: 'read', name }),
      write: async (name, secret) => void (await ask({ act: 'write', name, secret })),
      remove: async name => void (await ask({ act: 'remove', name })),
    },
    settle({ id, secret, problem }) {
      const waiting = open.get(id)
      open.delete(id)
      if (problem === undefined) waiting?.resolve(secret)
      else waiting?.reject(new AppError('not_ready', problem))
    },
  }
}
