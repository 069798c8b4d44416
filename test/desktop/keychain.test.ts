/** What the keychain may do to the app, with a keychain that can be told to misbehave. Files are real. */
import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Keychain, KeychainError } from '../../src-main/keychain.ts'
import { openSecrets, type SecretsOptions } from '../../src-main/secrets.ts'
import type { Encryption } from '../../src-main/secrets-file.ts'
import { makeFolder } from '../helpers/app.ts'

test('where the keychain is locked, encryption that would wait for the same person is left alone', async () => {
  const options = await buildOptions({ keychain: silent, encryption: blocking })

  const { store, areNew } = await openSecrets(options)

  expect(store).toMatchObject({ kind: 'plain-file', problem: expect.stringMatching(/locked/) })
  expect(areNew).toBe(true)
})

test('where the system can encrypt, the file that stands in is encrypted, and comes back', async () => {
  const options = await buildOptions({ keychain: unusable, encryption: reversing })

  const first = await openSecrets(options)
  const second = await openSecrets(options)

  expect(first.store).toMatchObject({ kind: 'encrypted-file', problem: expect.stringMatching(/encrypted file/) })
  expect(second.secrets).toEqual(first.secrets)
  expect(second.areNew).toBe(false)
  expect(await readFile(join(options.folder, 'secrets.toml'), 'utf8')).not.toContain(first.secrets.adminPassword)
})

test('an encrypted password that is out of reach for one start is not lost', async () => {
  const options = await buildOptions({ keychain: unusable, encryption: reversing })
  const first = await openSecrets(options)

  const stopgap = await openSecrets({ ...options, encryption: absent })
  const later = await openSecrets(options)

  expect(stopgap.secrets).not.toEqual(first.secrets)
  expect(later.secrets).toEqual(first.secrets)
})

test('two data folders have two passwords in one keychain', async () => {
  const keychain = buildKeychain()
  const one = await openSecrets(await buildOptions({ keychain, dataDir: '/data/one' }))
  const two = await openSecrets(await buildOptions({ keychain, dataDir: '/data/two' }))
  const oneAgain = await openSecrets(await buildOptions({ keychain, dataDir: '/data/one' }))

  expect(two.secrets).not.toEqual(one.secrets)
  expect(oneAgain.secrets).toEqual(one.secrets)
  expect(oneAgain.areNew).toBe(false)
})

test('a keychain that reads but does not write loses nothing', async () => {
  const keychain: Keychain = { ...buildKeychain(), write: unusable.write }
  const options = await buildOptions({ keychain })

  const first = await openSecrets(options)
  const second = await openSecrets(options)

  expect(first.store.kind).toBe('plain-file')
  expect(second.secrets).toEqual(first.secrets)
  expect((await stat(join(options.folder, 'secrets.toml'))).isFile()).toBe(true)
})

async function buildOptions(
  given: Partial<SecretsOptions> & Pick<SecretsOptions, 'keychain'>,
): Promise<SecretsOptions> {
  return {
    encryption: absent,
    folder: await makeFolder('secrets'),
    dataDir: '/data/any',
    make: () => ({ adminPassword: randomUUID(), secretKey: randomUUID() }),
    log: { info() {}, warn() {}, error() {} },
    ...given,
  }
}

function buildKeychain(): Keychain {
  const kept = new Map<string, string>()
  return {
    read: async accounts => accounts.map(account => kept.get(account) ?? null),
    write: async secrets => {
      for (const [account, secret] of Object.entries(secrets)) kept.set(account, secret)
    },
  }
}

const failing = (reason: 'silent' | 'unusable'): Keychain => ({
  read: () => Promise.reject(new KeychainError(reason)),
  write: () => Promise.reject(new KeychainError(reason)),
})
const silent = failing('silent')
const unusable = failing('unusable')

const absent: Encryption = {
  isAvailable: () => false,
  encrypt: () => expect.unreachable('It cannot encrypt'),
  decrypt: () => expect.unreachable('It cannot decrypt'),
}

/** On a system whose keychain is locked, the mere question would block. */
const blocking: Encryption = { ...absent, isAvailable: () => expect.unreachable('It would block the app') }

const reversing: Encryption = {
  isAvailable: () => true,
  encrypt: text => Buffer.from(text).reverse(),
  decrypt: bytes => Buffer.from(bytes).reverse().toString(),
}
