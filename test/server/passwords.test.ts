import { createHash, pbkdf2Sync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { sha256, soon } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
afterEach(() => server.stop())

const start = async (hashes: Readonly<Record<string, string>>, config = '') => {
  const rows = Object.entries(hashes).map(([name, hash]) => `[users.${name}]\npassword_hash = "${hash}"\n`)
  const files = { 'users/users.toml': ['[users.admin]\nis_admin = true\n', ...rows].join('\n') }
  server = await startTestServer({ files, config })
}
const hashOf = async (name: string): Promise<string> => {
  const text = await readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')
  return new RegExp(`\\[users\\.${name}\\]\npassword_hash = "([^"]*)"`).exec(text)?.[1] ?? ''
}
const opens = (name: string, password: string): Promise<boolean> =>
  server.as(name, password).then(
    () => true,
    error => {
      if (error.code !== 'bad_credentials') throw error
      return false
    },
  )
const setting = (hash: string) => `[passwords]\nhash = "${hash}"\n`

describe('a hash that another program made', () => {
  // bcrypt by libxcrypt's crypt(3), as perl -e 'print crypt(…)' gives it; argon2id out of the reference code's own tests.
  const foreign: readonly (readonly [name: string, hash: string, password: string])[] = [
    ['bcrypt 2y', '$2y$10$abcdefghijklmnopqrstuuCj7fyLDJytXL.TfOiOeiv0fQvSOK1/2', 'correct horse battery'],
    ['bcrypt 2b', '$2b$06$abcdefghijklmnopqrstuuGXwKx.Sc8S4yG0H3HmxpvxDQ3SKf43G', 'bcrypt of an older kind'],
    ['bcrypt 2a', '$2a$05$abcdefghijklmnopqrstuuiH/KuLrjzJM.tO7EdAsr5ZSxGEAYd.O', 'bcrypt of the oldest kind'],
    ['argon2id', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc', 'password'],
  ]
  test.each(foreign)('opens with its password alone: %s', async (_, hash, password) => {
    await start({ ann: hash })
    expect(await opens('ann', `${password}!`)).toBe(false)
    expect(await hashOf('ann')).toBe(hash)
    expect(await opens('ann', password)).toBe(true)
    expect(await opens('ann', password)).toBe(true)
  })

  test.each([
    [
      'argon2id of more work',
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      'password',
    ],
    ['bcrypt of the same', '$2b$12$abcdefghijklmnopqrstuuHizYsnHOJbM6HPqUCRysieJ5TsjMsXO', 'bcrypt of our own cost'],
  ])('stays byte for byte where it is as good as ours: %s', async (_, hash, password) => {
    await start({ ann: hash })
    expect(await opens('ann', password)).toBe(true)
    expect(await hashOf('ann')).toBe(hash)
  })

  test('does not open to a longer password that bcrypt would cut off', async () => {
    await start({ ann: '$2b$06$abcdefghijklmnopqrstuueHLWckpI7Ut91D6aWthlKy4VKsT9yUG' })
    expect(await opens('ann', 'x'.repeat(72))).toBe(true)
    expect(await opens('ann', 'x'.repeat(73))).toBe(false)
  })
})

describe('a new password', () => {
  const password = 'pass wörd ﬁne of length'
  const set = async (hash: string, next = password) => {
    await start({ ann: sha256('old password') }, setting(hash))
    const admin = await server.as()
    await admin.call(api.users.resetPassword, { name: 'ann', password: next })
    return hashOf('ann')
  }

  test('is kept as argon2id unless the settings say otherwise', async () => {
    expect(await set('argon2id')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await opens('ann', password)).toBe(true)
    expect(await opens('ann', password.normalize('NFD'))).toBe(true)
  })

  test('is kept as bcrypt of cost 12 where the settings say so', async () => {
    expect(await set('bcrypt')).toMatch(/^\$2b\$12\$/)
    expect(await opens('ann', password)).toBe(true)
    expect(await opens('ann', `${password}.`)).toBe(false)
  })

  test('that bcrypt would cut off is refused, and the old one stays', async () => {
    await expect(set('bcrypt', 'été à la plage, '.repeat(4))).rejects.toMatchObject({
      message: expect.stringMatching(/72 bytes/),
    })
    expect(await opens('ann', 'old password')).toBe(true)
  })

  test('is kept as upstream writes and reads it where the settings say so', async () => {
    const hash = await set('pbkdf2', `  ${password} `)
    const [form, rounds, salt = '', key] = hash.split('$')
    expect([form, rounds, salt.length]).toEqual(['pbkdf2', '600000', 64])
    // Upstream takes the white space around a password away.
    const theirs = pbkdf2Sync(password, Buffer.from(salt, 'hex'), 600_000, 32, 'sha256').toString('hex')
    expect(key).toBe(theirs)
    expect(await opens('ann', `  ${password} `)).toBe(true)
  })

  test('follows a change of the settings at once', async () => {
    await start({ ann: sha256('old password') })
    await writeFile(join(server.dataDir, 'config', 'config.toml'), setting('pbkdf2'))
    const admin = await server.as()
    await vi.waitFor(async () => {
      await admin.call(api.users.resetPassword, { name: 'ann', password })
      expect(await hashOf('ann')).toMatch(/^pbkdf2/)
    }, soon)
  })
})

describe('a hash that is too weak to keep', () => {
  test.each([
    [
      'bcrypt of little work',
      '$2b$06$abcdefghijklmnopqrstuuGXwKx.Sc8S4yG0H3HmxpvxDQ3SKf43G',
      'bcrypt of an older kind',
    ],
    ['argon2i', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA', 'password'],
  ])('is made anew of the password that opens it: %s', async (_, hash, password) => {
    await start({ ann: hash })
    expect(await opens('ann', password)).toBe(true)
    expect(await hashOf('ann')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await opens('ann', password)).toBe(true)
  })

  const few = () =>
    `pbkdf2$599999$00ff$${pbkdf2Sync('long ago', Buffer.from('00ff', 'hex'), 599_999, 32, 'sha256').toString('hex')}`

  test.each(['argon2id', 'bcrypt', 'pbkdf2'])('becomes %s at the first sign-in', async form => {
    await start({ old: createHash('sha256').update('long ago').digest('hex'), few: few() }, setting(form))
    for (const name of ['old', 'few']) {
      const before = await hashOf(name)
      expect(await opens(name, 'wrong')).toBe(false)
      expect(await hashOf(name)).toBe(before)
      expect(await opens(name, 'long ago')).toBe(true)
      expect(await hashOf(name)).toMatch(
        { argon2id: /^\$argon2id/, bcrypt: /^\$2b\$12/, pbkdf2: /^pbkdf2\$600000/ }[form] ?? /^$/,
      )
      expect(await opens(name, 'long ago')).toBe(true)
    }
  })

  test('keeps nobody out who cannot be given a better one', async () => {
    await start({ long: sha256('y'.repeat(80)), ann: sha256('long ago') }, setting('bcrypt'))
    expect(await opens('long', 'y'.repeat(80))).toBe(true)
    expect(await hashOf('long')).toBe(sha256('y'.repeat(80)))
    const broken = '[users.admin\n'
    await writeFile(join(server.dataDir, 'users', 'users.toml'), broken)
    expect(await opens('ann', 'long ago')).toBe(true)
    expect(await readFile(join(server.dataDir, 'users', 'users.toml'), 'utf8')).toBe(broken)
  })
})

test.each([
  ['a password as it was typed', 'plain password'],
  ['bcrypt of a cost that would take hours', `$2b$31$${'a'.repeat(53)}`],
  ['PBKDF2 of rounds that would take minutes', `pbkdf2$99999999$00ff$${'00'.repeat(32)}`],
  ['PBKDF2 of no rounds', `pbkdf2$0$00ff$${'00'.repeat(32)}`],
  ['a damaged argon2id', '$argon2id$garbage'],
  ['an unknown form', '$scrypt$whatever'],
  ['nothing', ''],
])('%s in users.toml opens nothing, and the people who look after it are told', async (_, hash) => {
  await start({ ann: hash })
  for (const password of ['plain password', hash, 'x']) if (password) expect(await opens('ann', password)).toBe(false)
  const admin = await server.as()
  expect((await admin.call(api.users.get, { name: 'ann' })).problem).toMatch(/cannot sign in/)
  const { items } = await admin.call(api.problems.list, {})
  expect(items).toMatchObject([{ entry: 'users.ann.password_hash', line: 5 }])
})

test('the time of a refusal does not tell who has bcrypt', async () => {
  await start({ ann: '$2y$10$abcdefghijklmnopqrstuuCj7fyLDJytXL.TfOiOeiv0fQvSOK1/2' })
  const best = new Map(['nobody', 'ann', 'admin'].map(name => [name, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < 7; round += 1) {
    for (const [name, before] of best) {
      const began = performance.now()
      await opens(name, 'nope')
      best.set(name, Math.min(before, performance.now() - began))
    }
  }
  const nobody = best.get('nobody') ?? 0
  for (const time of best.values()) {
    expect(time / nobody).toBeGreaterThan(0.4)
    expect(time / nobody).toBeLessThan(2.5)
  }
})
