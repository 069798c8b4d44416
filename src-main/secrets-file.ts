/**
 * The file that stands in for the keychain, `secrets.toml`: one table for each data folder, encrypted where the system
 * can, else open to this user alone. A file that cannot be parsed is put aside.
 */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { TomlFile } from '../src-server/index.ts'
import type { Log } from './log.ts'

export const Secrets = z.object({ adminPassword: z.string().min(1), secretKey: z.string().min(32) })
export type Secrets = z.infer<typeof Secrets>

/** What the file holds for one data folder. */
export interface KeptSecrets extends Secrets {
  /** The password was chosen while the keychain was out of reach: it counts more than the one there. */
  readonly isChosen: boolean
  /** The secret key was replaced meanwhile: likewise. */
  readonly isReplaced: boolean
  /** Name → secret of whatever else the server keeps. Each was written while the keychain was out of reach. */
  readonly others: Readonly<Record<string, string>>
}

const Others = z.record(z.string(), z.string()).default({})
const Encrypted = Secrets.extend({ others: Others })

/** What is left of Electron's `safeStorage`. */
export interface Encryption {
  /** Whether it really encrypts, without asking a person. */
  isAvailable(): boolean
  encrypt(text: string): Buffer
  decrypt(bytes: Buffer): string
}

export interface SecretsFileOptions {
  readonly encryption: Encryption
  /** Where the file goes. */
  readonly folder: string
  readonly dataDir: string
  readonly log: Log
}

const Entry = z.object({
  /** All of `Encrypted` as JSON, encrypted, in base64. */
  encrypted: z.string().optional(),
  admin_password: z.string().optional(),
  secret_key: z.string().optional(),
  is_chosen: z.boolean().optional(),
  is_replaced: z.boolean().optional(),
  others: Others.optional(),
})
type Entry = z.infer<typeof Entry>

const SecretsFile = z.object({ instances: z.record(z.string(), Entry).default({}) })

const fileIn = (folder: string): string => join(folder, 'secrets.toml')

/** undefined where there are none for this folder. */
export async function readSecretsFile(options: SecretsFileOptions): Promise<KeptSecrets | undefined> {
  const path = fileIn(options.folder)
  try {
    const { value } = await TomlFile.open(path, SecretsFile)
    return readEntry(value.instances[options.dataDir] ?? {}, options)
  } catch (error) {
    options.log.error(`${path} cannot be read and is put aside`, nameOf(error))
    await rename(path, `${path}.broken`)
    return undefined
  }
}

function readEntry(entry: Entry, options: SecretsFileOptions): KeptSecrets | undefined {
  const { admin_password: adminPassword, secret_key: secretKey, others } = entry
  const plain = Encrypted.safeParse({ adminPassword, secretKey, others })
  const secrets = decryptIfPossible(entry.encrypted, options) ?? (plain.success ? plain.data : undefined)
  return secrets && { ...secrets, isChosen: entry.is_chosen ?? false, isReplaced: entry.is_replaced ?? false }
}

/** undefined as well while the key is out of reach: what is encrypted stays in the file and counts again later. */
function decryptIfPossible(
  encrypted: string | undefined,
  { encryption, log }: SecretsFileOptions,
): z.infer<typeof Encrypted> | undefined {
  if (!encrypted || !encryption.isAvailable()) return undefined
  try {
    return Encrypted.parse(JSON.parse(encryption.decrypt(Buffer.from(encrypted, 'base64'))))
  } catch (error) {
    log.error('The encrypted admin password cannot be read', nameOf(error))
    return undefined
  }
}

/** Encrypts where it can, unless it may not: that could wait for a person. Answers what it did. */
export async function writeSecretsFile(
  secrets: KeptSecrets,
  mayEncrypt: boolean,
  { folder, dataDir, encryption }: SecretsFileOptions,
): Promise<'encrypted-file' | 'plain-file'> {
  const file = await TomlFile.open(fileIn(folder), SecretsFile)
  const canEncrypt = mayEncrypt && encryption.isAvailable()
  const { adminPassword, secretKey, others, isChosen: is_chosen, isReplaced: is_replaced } = secrets
  const text = JSON.stringify({ adminPassword, secretKey, others })
  await file.modify(({ instances }) => {
    const entry = canEncrypt
      ? { encrypted: encryption.encrypt(text).toString('base64'), is_chosen, is_replaced }
      : { ...instances[dataDir], admin_password: adminPassword, secret_key: secretKey, is_chosen, is_replaced, others }
    return { instances: { ...instances, [dataDir]: entry } }
  })
  return canEncrypt ? 'encrypted-file' : 'plain-file'
}

/** Takes a folder's secrets out; the file goes with the last of them. */
export async function clearSecretsFile({ folder, dataDir }: SecretsFileOptions): Promise<void> {
  const file = await TomlFile.open(fileIn(folder), SecretsFile)
  if (!file.isOnDisk) return
  const { [dataDir]: _, ...others } = file.value.instances
  if (Object.keys(others).length === 0) await rm(file.path, { force: true })
  else await file.modify(() => ({ instances: others }))
}

/** A parser's message may quote the line that it stumbled over, so only the kind of error is logged. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
