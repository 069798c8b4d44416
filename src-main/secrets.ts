/**
 * Where the admin password and the secret key live between starts: in the system's keychain, else encrypted in a file,
 * else in a file that only this user can read. It never stops the app from starting, and it says where they are.
 */
import { AppError } from '../src-server/contract/index.ts'
import type { SecretStore } from './contract.ts'
import { type Keychain, KeychainError } from './keychain.ts'
import {
  clearSecretsFile,
  type KeptSecrets,
  readSecretsFile,
  type Secrets,
  type SecretsFileOptions,
  writeSecretsFile,
} from './secrets-file.ts'

export interface SecretsOptions extends SecretsFileOptions {
  readonly keychain: Keychain
  /** Makes the secrets of a new instance. */
  readonly make: () => Secrets
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
 * The instance's secrets; made where there are none. The keychain wins: its secrets are the older ones wherever both it
 * and the file hold some, unless a person has chosen the password in the file.
 */
export async function openSecrets(options: SecretsOptions): Promise<OpenedSecrets> {
  const { make, log } = options
  const fromFile = await readSecretsFile(options)
  try {
    const inKeychain = await readFromKeychain(options)
    const secrets = merge(make(), fromFile, inKeychain)
    if (!isSame(secrets, inKeychain)) await writeToKeychain(secrets, options)
    await clearSecretsFile(options)
    return { secrets, store: { kind: 'keychain' }, areNew: !fromFile && !inKeychain.adminPassword }
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    log.warn(error.message)
    const kept = fromFile ?? { ...make(), isChosen: false }
    // A silent keychain waits for a person; encryption would ask the same one, and block everything meanwhile.
    const kind = await writeSecretsFile(kept, error.reason !== 'silent', options).catch(trouble => {
      log.error('The file that stands in for the keychain cannot be written', trouble)
      return 'nowhere' as const
    })
    const store = { kind: kind === 'nowhere' ? 'plain-file' : kind, problem: describe(kind, error) } as const
    return { secrets: pick(kept), store, areNew: !fromFile }
  }
}

/** Keeps another admin password where the first one is. Throws `not_ready` where it cannot be kept; then the old one stays. */
export async function changeAdminPassword(
  adminPassword: string,
  opened: OpenedSecrets,
  options: SecretsOptions,
): Promise<OpenedSecrets> {
  const secrets = { ...opened.secrets, adminPassword }
  const { kind } = opened.store
  try {
    if (kind === 'keychain') await writeToKeychain(secrets, options)
    else await writeSecretsFile({ ...secrets, isChosen: true }, kind === 'encrypted-file', options)
  } catch (error) {
    options.log.error('The admin password could not be kept', error instanceof KeychainError ? error : undefined)
    const place = kind === 'keychain' ? 'The keychain of this computer' : 'The file that holds it'
    throw new AppError('not_ready', `${place} did not take the password, so the old one stays. Try again`)
  }
  return { ...opened, secrets, areNew: false }
}

const pick = ({ adminPassword, secretKey }: KeptSecrets): Secrets => ({ adminPassword, secretKey })

async function readFromKeychain({ keychain, dataDir }: SecretsOptions): Promise<Partial<Secrets>> {
  const names = accounts(dataDir)
  const [adminPassword, secretKey] = await keychain.read([names.adminPassword, names.secretKey])
  return { ...(adminPassword && { adminPassword }), ...(secretKey && { secretKey }) }
}

async function writeToKeychain(secrets: Secrets, { keychain, dataDir }: SecretsOptions): Promise<void> {
  const names = accounts(dataDir)
  await keychain.write({ [names.adminPassword]: secrets.adminPassword, [names.secretKey]: secrets.secretKey })
}

function merge(made: Secrets, fromFile: KeptSecrets | undefined, inKeychain: Partial<Secrets>): Secrets {
  const secrets = { ...made, ...(fromFile && pick(fromFile)), ...inKeychain }
  return fromFile?.isChosen ? { ...secrets, adminPassword: fromFile.adminPassword } : secrets
}

const isSame = (secrets: Secrets, other: Partial<Secrets>): boolean =>
  secrets.adminPassword === other.adminPassword && secrets.secretKey === other.secretKey

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
