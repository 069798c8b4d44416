import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Secrets } from './index.ts'
import { asStartError } from './start-error.ts'
import { createDataDir } from './storage/data-dir.ts'
import { writeDurably } from './storage/durable.ts'
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
  const passwordFile = state('admin-password')
  try {
    const password = given.adminPassword ?? (await read(passwordFile))
    return {
      adminPassword: password ?? (await make(passwordFile, generatePassword())),
      secretKey:
        given.secretKey ??
        (await read(state('secret-key'))) ??
        (await make(state('secret-key'), randomBytes(32).toString('hex'))),
      ...(given.adminPassword === undefined
        ? { saveAdminPassword: async password => void (await make(passwordFile, password)) }
        : { adminPasswordFixedBy: 'TRUNK8_ADMIN_PASSWORD sets it' }),
      isNew: password === undefined,
      passwordFile,
    }
  } catch (error) {
    throw asStartError(error, dataDir)
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    // A password may begin or end with a space; the line's end is the file's.
    return (await readFile(path, 'utf8')).replace(/[\r\n]+$/, '') || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function make(path: string, secret: string): Promise<string> {
  await writeDurably(path, `${secret}\n`)
  return secret
}
