/**
 * The instance that this app runs: its data folder and its secrets, which change together. What the environment gave for
 * this run comes first and is never written down.
 */
import { randomBytes } from 'node:crypto'
import { generatePassword } from '../src-server/index.ts'
import type { Keychain } from './keychain.ts'
import type { Log } from './log.ts'
import type { Preferences } from './preferences.ts'
import { changeAdminPassword, type OpenedSecrets, openSecrets, type SecretsOptions } from './secrets.ts'
import type { Encryption, Secrets } from './secrets-file.ts'

export interface InstanceOptions {
  readonly dataDir: string
  readonly keychain: Keychain
  readonly encryption: Encryption
  /** Where the file goes that stands in for the keychain. */
  readonly folder: string
  /** What the environment gave. */
  readonly given: Partial<Secrets>
  readonly preferences: Preferences
  readonly log: Log
}

export interface Instance {
  readonly dataDir: string
  /** May wait for a person at the keychain. */
  opened(): Promise<OpenedSecrets>
  /** What the server is to use. */
  secrets(): Promise<Secrets>
  /** Throws `not_ready` where it cannot be kept; then the old one stays. */
  saveAdminPassword(password: string): Promise<void>
  /** Answers how to go back to the folder before. `adminPassword`: the one that is in use there. */
  moveTo(dataDir: string, adminPassword: string | undefined): Promise<() => void>
}

export function createInstance(options: InstanceOptions): Instance {
  const { given, preferences } = options
  let dataDir = options.dataDir
  let opened = open(optionsFor(options, dataDir), preferences)

  return {
    get dataDir() {
      return dataDir
    },
    opened: () => opened,
    secrets: async () => ({ ...(await opened).secrets, ...given }),
    async saveAdminPassword(password) {
      const changed = await changeAdminPassword(password, await opened, optionsFor(options, dataDir))
      opened = Promise.resolve(changed)
    },
    async moveTo(folder, adminPassword) {
      const before = { dataDir, opened }
      const there = optionsFor(options, folder)
      const found = await open(there, preferences, adminPassword)
      const isOther = adminPassword !== undefined && found.secrets.adminPassword !== adminPassword
      opened = Promise.resolve(isOther ? await changeAdminPassword(adminPassword, found, there) : found)
      dataDir = folder
      return () => {
        dataDir = before.dataDir
        opened = before.opened
      }
    },
  }
}

function optionsFor({ keychain, encryption, folder, log }: InstanceOptions, dataDir: string): SecretsOptions {
  const make = () => ({ adminPassword: generatePassword(), secretKey: randomBytes(32).toString('hex') })
  return { keychain, encryption, folder, log, dataDir, make }
}

/** A password that was typed just now is nothing that its person has to be shown. */
async function open(options: SecretsOptions, preferences: Preferences, typed?: string): Promise<OpenedSecrets> {
  const make = () => ({ ...options.make(), ...(typed !== undefined && { adminPassword: typed }) })
  const opened = await openSecrets({ ...options, make })
  if (!opened.areNew) return opened
  if (typed === undefined) await preferences.modify(current => ({ ...current, password_unseen: true }))
  return { ...opened, areNew: typed === undefined }
}
