/** What the keychain may do to the app, with a keychain that can be told to misbehave. Files are real. */
import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Keychain, KeychainError } from '../../src-main/keychain.ts'
import { changeSecret, openSecrets, readSecret, type SecretsOptions } from '../../src-main/secrets.ts'
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

describe.each([
  ['the keychain', () => ({ keychain: buildKeychain() })],
  ['an encrypted file', () => ({ keychain: unusable, encryption: reversing })],
  ['a plain file', () => ({ keychain: unusable })],
])('a further secret of the server, in %s', (_, where) => {
  test('is there again at the next start, for its own data folder alone, until it is taken out', async () => {
    const options = await buildOptions({ ...where(), dataDir: '/data/one' })
    const there = { ...options, dataDir: '/data/two' }
    const opened = await openSecrets(options)
    await changeSecret('certificate-authority-key', 'a key\nof two lines', { opened, options })
    await changeSecret('oidc-client-secret', 'of the provider', { opened, options })

    const again = await openSecrets(options)
    expect(again.secrets).toEqual(opened.secrets)
    expect(again.areNew).toBe(false)
    expect(await readSecret('certificate-authority-key', again, options)).toBe('a key\nof two lines')
    expect(await readSecret('oidc-client-secret', again, options)).toBe('of the provider')
    expect(await readSecret('certificate-authority-key', await openSecrets(there), there)).toBeUndefined()

    await changeSecret('certificate-authority-key', undefined, { opened: again, options })
    const last = await openSecrets(options)
    expect(await readSecret('certificate-authority-key', last, options)).toBeUndefined()
    expect(await readSecret('oidc-client-secret', last, options)).toBe('of the provider')
  })

  test('is the secret key that came last, too', async () => {
    const options = await buildOptions(where())
    const opened = await openSecrets(options)
    const secretKey = 'b'.repeat(64)
    const changed = await changeSecret('secret-key', secretKey, { opened, options })
    expect(changed.secrets).toEqual({ ...opened.secrets, secretKey })
    expect((await openSecrets(options)).secrets).toEqual({ ...opened.secrets, secretKey })
  })
})

test('what was kept while the keychain was out of reach moves there with the next start that finds it', async () => {
  const keychain = buildKeychain()
  const options = await buildOptions({ keychain })
  const before = await openSecrets(options)
  const away = { ...options, keychain: silent }
  const meanwhile = await openSecrets(away)
  const secretKey = 'c'.repeat(64)
  const changed = await changeSecret('secret-key', secretKey, { opened: meanwhile, options: away })
  await changeSecret('previous-secret-key', meanwhile.secrets.secretKey, { opened: changed, options: away })

  const back = await openSecrets(options)
  expect(back.store.kind).toBe('keychain')
  expect(back.secrets).toEqual({ adminPassword: before.secrets.adminPassword, secretKey })
  expect(await readSecret('previous-secret-key', back, options)).toBe(meanwhile.secrets.secretKey)
  await expect(stat(join(options.folder, 'secrets.toml'))).rejects.toThrow('ENOENT')
})

test('a change that a keychain does not take is refused in words for people, and all stays as it was', async () => {
  const options = await buildOptions({ keychain: buildKeychain() })
  const opened = await openSecrets(options)
  const locked = { ...options, keychain: silent }
  await expect(changeSecret('secret-key', 'd'.repeat(64), { opened, options: locked })).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringMatching(/^The keychain of this computer did not take the change/),
  })
  expect((await openSecrets(options)).secrets).toEqual(opened.secrets)
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
      for (const [account, secret] of Object.entries(secrets)) {
        if (secret === null) kept.delete(account)
        else kept.set(account, secret)
      }
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
