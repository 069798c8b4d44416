/**
 * Where the admin password, the secret key and what else the server keeps live between starts: in the system's keychain, else encrypted in a file,
 * else in a file that only this user can read. It never stops the app from starting, and it says where they are.
 */
import { AppError } from '../src-server/contract/index.ts'
import type { VaultName } from '../src-server/index.ts'
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
const accountOf = (name: VaultName, dataDir: string) => `${name.replaceAll('-', ' ')} of ${dataDir}`

/**
 * The instance's secrets; made where there are none. The keychain wins: its secrets are the older ones wherever both it
 * and the file hold some, unless the one in the file was chosen since.
 */
export async function openSecrets(options: SecretsOptions): Promise<OpenedSecrets> {
  const { make, log } = options
  const fromFile = await readSecretsFile(options)
  try {
    const inKeychain = await readFromKeychain(options)
    const secrets = merge(make(), fromFile, inKeychain)
    const others = fromFile?.others ?? {}
    if (!isSame(secrets, inKeychain) || Object.keys(others).length > 0) {
      await writeToKeychain({ ...others, ...asVault(secrets) }, options)
    }
    await clearSecretsFile(options)
    return { secrets, store: { kind: 'keychain' }, areNew: !fromFile && !inKeychain.adminPassword }
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error
    log.warn(error.message)
    const kept = fromFile ?? { ...make(), ...untouched }
    // A silent keychain waits for a person; encryption would ask the same one, and block everything meanwhile.
    const kind = await writeSecretsFile(kept, error.reason !== 'silent', options).catch(trouble => {
      log.error('The file that stands in for the keychain cannot be written', trouble)
      return 'nowhere' as const
    })
    const store = { kind: kind === 'nowhere' ? 'plain-file' : kind, problem: describe(kind, error) } as const
    return { secrets: pick(kept), store, areNew: !fromFile }
  }
}

const untouched = { isChosen: false, isReplaced: false, others: {} }

/** One secret from where the others are; undefined: there is none of this name. Throws `not_ready` out of its reach. */
export async function readSecret(
  name: VaultName,
  { secrets, store }: OpenedSecrets,
  options: SecretsOptions,
): Promise<string | undefined> {
  if (name === 'admin-password') return secrets.adminPassword
  if (name === 'secret-key') return secrets.secretKey
  if (store.kind !== 'keychain') return (await readSecretsFile(options))?.others[name]
  try {
    const [secret] = await options.keychain.read([accountOf(name, options.dataDir)])
    return secret ?? undefined
  } catch (error) {
    options.log.error(`The ${name} cannot be read`, error instanceof KeychainError ? error : undefined)
    throw new AppError('not_ready', 'The keychain of this computer did not answer. Try again')
  }
}

/** Keeps a secret where the others are; undefined takes it out. Throws `not_ready` where that fails; then all stays. */
export async function changeSecret(
  name: VaultName,
  secret: string | undefined,
  { opened, options }: { readonly opened: OpenedSecrets; readonly options: SecretsOptions },
): Promise<OpenedSecrets> {
  const { kind } = opened.store
  const secrets = {
    ...opened.secrets,
    ...(name === 'admin-password' && secret !== undefined && { adminPassword: secret }),
    ...(name === 'secret-key' && secret !== undefined && { secretKey: secret }),
  }
  try {
    if (kind === 'keychain') await writeToKeychain({ [name]: secret ?? null }, options)
    else await changeInFile(name, secret, { secrets, isEncrypted: kind === 'encrypted-file', options })
  } catch (error) {
    options.log.error(`The ${name} could not be kept`, error instanceof KeychainError ? error : undefined)
    const place = kind === 'keychain' ? 'The keychain of this computer' : 'The file that holds the secrets'
    throw new AppError('not_ready', `${place} did not take the change, so all stays as it was. Try again`)
  }
  return { ...opened, secrets, areNew: opened.areNew && name !== 'admin-password' }
}

interface FileChange {
  readonly secrets: Secrets
  readonly isEncrypted: boolean
  readonly options: SecretsOptions
}

async function changeInFile(
  name: VaultName,
  secret: string | undefined,
  { secrets, isEncrypted, options }: FileChange,
): Promise<void> {
  const { isChosen, isReplaced, others } = (await readSecretsFile(options)) ?? untouched
  const { [name]: _, ...rest } = others as Readonly<Record<string, string>>
  const isOwn = name === 'admin-password' || name === 'secret-key'
  const kept = {
    ...secrets,
    isChosen: isChosen || name === 'admin-password',
    isReplaced: isReplaced || name === 'secret-key',
    others: isOwn || secret === undefined ? rest : { ...rest, [name]: secret },
  }
  await writeSecretsFile(kept, isEncrypted, options)
}

const pick = ({ adminPassword, secretKey }: KeptSecrets): Secrets => ({ adminPassword, secretKey })

async function readFromKeychain({ keychain, dataDir }: SecretsOptions): Promise<Partial<Secrets>> {
  const names = ['admin-password', 'secret-key'] as const
  const [adminPassword, secretKey] = await keychain.read(names.map(name => accountOf(name, dataDir)))
  return { ...(adminPassword && { adminPassword }), ...(secretKey && { secretKey }) }
}

async function writeToKeychain(
  secrets: Readonly<Record<string, string | null>>,
  { keychain, dataDir }: SecretsOptions,
): Promise<void> {
  const byAccount = Object.entries(secrets).map(([name, secret]) => [accountOf(name as VaultName, dataDir), secret])
  await keychain.write(Object.fromEntries(byAccount))
}

const asVault = ({ adminPassword, secretKey }: Secrets) => ({
  'admin-password': adminPassword,
  'secret-key': secretKey,
})

function merge(made: Secrets, fromFile: KeptSecrets | undefined, inKeychain: Partial<Secrets>): Secrets {
  const secrets = { ...made, ...(fromFile && pick(fromFile)), ...inKeychain }
  return {
    adminPassword: fromFile?.isChosen ? fromFile.adminPassword : secrets.adminPassword,
    secretKey: fromFile?.isReplaced ? fromFile.secretKey : secrets.secretKey,
  }
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
