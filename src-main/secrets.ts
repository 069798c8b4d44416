/**
 * Where the admin password and the secret key live between starts: in the system's keychain, else encrypted in a file,
 * else in a file that only this user can read. It never stops the app from starting, and it says where they are.
 */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { TomlFile } from '../src-server/index.ts'
import type { SecretStore } from './contract.ts'
import { type Keychain, KeychainError } from './keychain.ts'
import type { Log } from './log.ts'

const Secrets = z.object({ adminPassword: z.string().min(1), secretKey: z.string().min(32) })
export type Secrets = z.infer<typeof Secrets>

/** What is left of Electron's `safeStorage`. */
export interface Encryption {
  /** Whether it really encrypts, without asking a person. */
  isAvailable(): boolean
  encrypt(text: string): Buffer
  decrypt(bytes: Buffer): string
}

export interface SecretsOptions {
  readonly keychain: Keychain
  readonly encryption: Encryption
  /** Where the file goes that stands in for the keychain. */
  readonly folder: string
  readonly dataDir: string
  /** Makes the secrets of a new instance. */
  readonly make: () => Secrets
  readonly log: Log
}

export interface OpenedSecrets {
  readonly secrets: Secrets
  readonly store: SecretStore
  /** Made just now: nobody has seen the password yet. */
  readonly areNew: boolean
}

/** Named by the data folder: two instances on one computer have two passwords. */
const accounts = (dataDir: string) => ({
  adminPassword: `admin password of ${dataDir}`,
  secretKey: `secret key of ${dataDir}`,
})

/**
 * The instance's secrets; made where there are none.
 * The keychain wins: its secrets are the older ones wherever both it and the file hold some.
 */
export async function openSecrets(options: SecretsOptions): Promise<OpenedSecrets> {
  const { make, log } = options
  const fromFile = await readFromFile(options)
  try {
    const inKeychain = await readFromKeychain(options)
    const secrets = { ...make(), ...fromFile, ...inKeychain }
    if (!inKeychain.adminPassword || !inKeychain.secretKey) await writeToKeychain(secrets, options)
    await rm(fileIn(options.folder), { force: true })
    return { secrets, store: { kind: 'keychain' }, areNew: !fromFile && !inKeychain.adminPassword }
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    log.warn(error.message)
    const secrets = fromFile ?? make()
    const kind = await writeToFile(secrets, error, options).catch(trouble => {
      log.error('The file that stands in for the keychain cannot be written', trouble)
      return 'nowhere' as const
    })
    const store = { kind: kind === 'nowhere' ? 'plain-file' : kind, problem: describe(kind, error) } as const
    return { secrets, store, areNew: !fromFile }
  }
}

async function readFromKeychain({ keychain, dataDir }: SecretsOptions): Promise<Partial<Secrets>> {
  const names = accounts(dataDir)
  const [adminPassword, secretKey] = await keychain.read([names.adminPassword, names.secretKey])
  return { ...(adminPassword && { adminPassword }), ...(secretKey && { secretKey }) }
}

async function writeToKeychain(secrets: Secrets, { keychain, dataDir }: SecretsOptions): Promise<void> {
  const names = accounts(dataDir)
  await keychain.write({ [names.adminPassword]: secrets.adminPassword, [names.secretKey]: secrets.secretKey })
}

const SecretsFile = z.object({
  /** All of `Secrets` as JSON, encrypted, in base64. */
  encrypted: z.string().optional(),
  admin_password: z.string().optional(),
  secret_key: z.string().optional(),
})

const fileIn = (folder: string): string => join(folder, 'secrets.toml')

/** undefined where there is none. A file that cannot be parsed is put aside. */
async function readFromFile(options: SecretsOptions): Promise<Secrets | undefined> {
  const path = fileIn(options.folder)
  try {
    const { value } = await TomlFile.open(path, SecretsFile)
    const plain = Secrets.safeParse({ adminPassword: value.admin_password, secretKey: value.secret_key })
    return decryptIfPossible(value.encrypted, options) ?? (plain.success ? plain.data : undefined)
  } catch (error) {
    options.log.error(`${path} cannot be read and is put aside`, nameOf(error))
    await rename(path, `${path}.broken`)
    return undefined
  }
}

/** undefined as well while the key is out of reach: what is encrypted stays in the file and counts again later. */
function decryptIfPossible(encrypted: string | undefined, { encryption, log }: SecretsOptions): Secrets | undefined {
  if (!encrypted || !encryption.isAvailable()) return undefined
  try {
    return Secrets.parse(JSON.parse(encryption.decrypt(Buffer.from(encrypted, 'base64'))))
  } catch (error) {
    log.error('The encrypted admin password cannot be read', nameOf(error))
    return undefined
  }
}

async function writeToFile(
  secrets: Secrets,
  { reason }: KeychainError,
  { folder, encryption }: SecretsOptions,
): Promise<'encrypted-file' | 'plain-file'> {
  const file = await TomlFile.open(fileIn(folder), SecretsFile)
  // A silent keychain waits for a person; encryption would ask the same one, and block everything meanwhile.
  const canEncrypt = reason !== 'silent' && encryption.isAvailable()
  const { adminPassword: admin_password, secretKey: secret_key } = secrets
  await file.modify(current =>
    canEncrypt
      ? { encrypted: encryption.encrypt(JSON.stringify(secrets)).toString('base64') }
      : { ...current, admin_password, secret_key },
  )
  return canEncrypt ? 'encrypted-file' : 'plain-file'
}

/** A parser's message may quote the line that it stumbled over, so only the kind of error is logged. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)

function describe(kind: 'encrypted-file' | 'plain-file' | 'nowhere', { reason }: KeychainError): string {
  const found = {
    unusable: 'Trunk8 cannot use the keychain of this computer',
    silent: 'The keychain of this computer is locked',
  }[reason]
  const moves = 'It moves to the keychain at the next start that finds one'
  const instead = {
    'encrypted-file': `The admin password is in an encrypted file instead. ${moves}`,
    'plain-file': `The admin password is in a file instead, which only your account on this computer can read. ${moves}`,
    nowhere: 'The admin password could not be kept in a file either, so the next start makes another one',
  }[kind]
  return `${found}. ${instead}.`
}
