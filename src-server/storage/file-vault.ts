import { chmod, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfThere, syncFolder, writeDurably } from './durable.ts'

/** Where secrets are kept between starts: the desktop's keychain, or files that only their owner can read. */
export interface Vault {
  read(name: VaultName): Promise<string | undefined>
  /** It is kept when this resolves. Throws where it cannot be. */
  write(name: VaultName, secret: string): Promise<void>
  remove(name: VaultName): Promise<void>
}

export const vaultNames = [
  ...(['admin-password', 'secret-key', 'previous-secret-key'] as const),
  ...(['certificate-authority-key', 'oidc-client-secret'] as const),
] as const
export type VaultName = (typeof vaultNames)[number]

/** One file for each secret, of its name: mode 0600, also where a copy or another program has opened it wider meanwhile. */
export function createFileVault(folder: string): Vault {
  const pathOf = (name: VaultName) => join(folder, name)
  return {
    async read(name) {
      await tighten(pathOf(name))
      // A password may begin or end with a space; the line's end is the file's.
      return (await readIfThere(pathOf(name)))?.replace(/[\r\n]+$/, '') || undefined
    },
    write: async (name, secret) => void (await writeDurably(pathOf(name), `${secret}\n`)),
    async remove(name) {
      await rm(pathOf(name), { force: true })
      await syncFolder(folder)
    },
  }
}

/** Where a disk has no modes, all stays as it is. */
async function tighten(path: string): Promise<void> {
  const { mode } = await stat(path).catch(() => ({ mode: 0 }))
  if ((mode & 0o077) !== 0) await chmod(path, 0o600).catch(() => {})
}
