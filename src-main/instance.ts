/**
 * The instance that this app runs: its data folder and its secrets, which change together. What the environment gave for
 * this run comes first and is never written down.
 */
import { randomBytes } from 'node:crypto'
import { generatePassword, type Vault, type VaultName } from '../src-server/index.ts'
import type { Keychain } from './keychain.ts'
import type { Log } from './log.ts'
import type { Preferences } from './preferences.ts'
import { changeSecret, type OpenedSecrets, openSecrets, readSecret, type SecretsOptions } from './secrets.ts'
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
  /** Where the server keeps its secrets, the admin password among them. Throws `not_ready` where that fails. */
  readonly vault: Vault
  /** Answers how to go back to the folder before. `adminPassword`: the one that is in use there. */
  moveTo(dataDir: string, adminPassword: string | undefined): Promise<() => void>
}

export function createInstance(options: InstanceOptions): Instance {
  const { given, preferences } = options
  let dataDir = options.dataDir
  let opened = open(optionsFor(options, dataDir), preferences)

  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: each goes on from what the one before has kept. */
  function change(name: VaultName, secret: string | undefined): Promise<void> {
    const run = last.then(async () => {
      const changed = await changeSecret(name, secret, { opened: await opened, options: optionsFor(options, dataDir) })
      opened = Promise.resolve(changed)
    })
    last = run.catch(() => {})
    return run
  }

  return {
    get dataDir() {
      return dataDir
    },
    opened: () => opened,
    secrets: async () => ({ ...(await opened).secrets, ...given }),
    vault: {
      read: async name => readSecret(name, await opened, optionsFor(options, dataDir)),
      write: (name, secret) => change(name, secret),
      remove: name => change(name, undefined),
    },
    async moveTo(folder, adminPassword) {
      const before = { dataDir, opened }
      const there = optionsFor(options, folder)
      const found = await open(there, preferences, adminPassword)
      const isOther = adminPassword !== undefined && found.secrets.adminPassword !== adminPassword
      const to = { opened: found, options: there }
      opened = Promise.resolve(isOther ? await changeSecret('admin-password', adminPassword, to) : found)
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
