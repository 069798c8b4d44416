import { randomBytes } from 'node:crypto'
import type { Secrets } from './index.ts'
import { asStartError } from './start-error.ts'
import { createDataDir } from './storage/data-dir.ts'
import { createFileVault } from './storage/file-vault.ts'
import { generatePassword } from './users/generate-password.ts'

/**
 * Where the headless command keeps what the desktop keeps in the system's keychain: in two files that only their owner
 * can read (0600), made on the first start. What the environment gives wins and is never written down.
 */
export interface HeadlessSecrets extends Secrets {
  /** The password was made just now: nobody has seen it. */
  readonly isNew: boolean
  /** Where the password is kept. */
  readonly passwordFile: string
}

/** Throws `StartError` where the folder cannot be read or written. */
export async function openHeadlessSecrets(
  dataDir: string,
  given: { readonly adminPassword?: string; readonly secretKey?: string },
): Promise<HeadlessSecrets> {
  const { state } = createDataDir(dataDir)
  const vault = createFileVault(state())
  const keep = async (name: 'admin-password' | 'secret-key', made: string) => {
    await vault.write(name, made)
    return made
  }
  try {
    const password = given.adminPassword ?? (await vault.read('admin-password'))
    return {
      vault,
      adminPassword: password ?? (await keep('admin-password', generatePassword())),
      secretKey:
        given.secretKey ??
        (await vault.read('secret-key')) ??
        (await keep('secret-key', randomBytes(32).toString('hex'))),
      ...(given.secretKey !== undefined && { secretKeyFixedBy: 'TRUNK8_SECRET_KEY sets it' }),
      ...(given.adminPassword === undefined
        ? { saveAdminPassword: (password: string) => vault.write('admin-password', password) }
        : { adminPasswordFixedBy: 'TRUNK8_ADMIN_PASSWORD sets it' }),
      isNew: password === undefined,
      passwordFile: state('admin-password'),
    }
  } catch (error) {
    throw asStartError(error, dataDir)
  }
}
