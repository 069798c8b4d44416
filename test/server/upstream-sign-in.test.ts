import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let folder: string
afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function open(fixture: string, adminPassword: string): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 't8-upstream-'))
  await cp(join(import.meta.dirname, '..', 'fixtures', fixture), folder, { recursive: true })
  server = await startTestServer({ dataDir: folder, adminPassword })
}
const rows = async () => {
  const { users } = parse(await readFile(join(folder, 'users', 'users.toml'), 'utf8')) as {
    users: Record<string, Record<string, unknown>>
  }
  return users
}
const opens = (name: string, password: string): Promise<boolean> =>
  server
    .send({
      method: 'POST',
      path: '/auth/login',
      body: JSON.stringify({ username: name, password }),
      headers: { 'Content-Type': 'application/json' },
    })
    .then(({ status }) => status === 200)

describe('a folder that upstream 0.7 wrote', () => {
  test.each([
    ['admin', 'Adm1n-Fixture!'],
    ['', 'Adm1n-Fixture!'],
    ['alice', 'wonder-land-42'],
    ['bob', 'b0b+builder=ok'],
  ])('%j signs in with the password they had there, and the file stays byte for byte', async (name, password) => {
    await open('upstream-instance', 'Adm1n-Fixture!')
    const before = await readFile(join(folder, 'users', 'users.toml'), 'utf8')
    expect(await opens(name, `${password}x`)).toBe(false)
    expect(await opens(name, password)).toBe(true)
    expect(await readFile(join(folder, 'users', 'users.toml'), 'utf8')).toBe(before)
  })

  test('bob’s password from before he changed it opens nothing', async () => {
    await open('upstream-instance', 'Adm1n-Fixture!')
    expect(await opens('bob', 'old-bob-pass')).toBe(false)
  })

  test('its users are listed as upstream knew them', async () => {
    await open('upstream-instance', 'Adm1n-Fixture!')
    const admin = await server.as('', 'Adm1n-Fixture!')
    const { items } = await admin.call(api.users.list, {})
    expect(
      items.map(({ username, displayName, isAdmin, problem }) => [username, displayName, isAdmin, problem]),
    ).toEqual([
      ['admin', 'Administrator', true, undefined],
      ['alice', 'Alice Liddell', false, undefined],
      ['bob', 'Bób the "Builder"', false, undefined],
    ])
    expect(items[1]?.createdAt).toBe(new Date('2026-11-24T03:39:22.970').toISOString())
  })
})

describe('a folder of older forms', () => {
  const none = ['x', '', 'frank-plain-pass', 'ignored']

  test.each([
    ['admin', 'legacy-admin', true],
    ['', 'legacy-admin', true],
    ['admin', 'ignored', false],
    ['erin', 'erin-legacy-pass', true],
    ['hank', 'hank-pass', true],
    ['frank', 'frank-plain-pass', false],
    ['gina', 'x', false],
    ['gina', '', false],
  ])('%j with %j: %s', async (name, password, isTheirs) => {
    await open('legacy-instance', 'legacy-admin')
    expect(await opens(name, password)).toBe(isTheirs)
    for (const wrong of none.filter(it => it !== password)) expect(await opens(name, wrong)).toBe(false)
  })

  test('erin’s and hank’s weak hashes become strong ones, and nothing else in the file changes', async () => {
    await open('legacy-instance', 'legacy-admin')
    const before = await rows()
    for (const [name, password] of [
      ['erin', 'erin-legacy-pass'],
      ['hank', 'hank-pass'],
      ['admin', 'legacy-admin'],
    ] as const)
      expect(await opens(name, password)).toBe(true)
    const after = await rows()
    for (const name of ['erin', 'hank']) {
      expect(after[name]?.password_hash).toMatch(/^\$argon2id\$/)
      expect(after[name]).toEqual({ ...before[name], password_hash: after[name]?.password_hash })
    }
    for (const name of ['admin', 'frank', 'gina']) expect(after[name]).toEqual(before[name])
    expect(Object.keys(after)).toEqual(Object.keys(before))
    expect(await opens('erin', 'erin-legacy-pass')).toBe(true)
  })

  test('the admin sees who cannot sign in, and why, and can mend it', async () => {
    await open('legacy-instance', 'legacy-admin')
    const admin = await server.as('', 'legacy-admin')
    const problems = async () => {
      const { items } = await admin.call(api.users.list, {})
      return new Map(items.map(({ username, problem }) => [username, problem]))
    }
    const before = await problems()
    expect(before.get('frank')).toMatch(/never accepted/)
    expect(before.get('gina')).toMatch(/no password yet/)
    expect([before.get('erin'), before.get('hank'), before.get('admin')]).toEqual([undefined, undefined, undefined])
    const { password = '' } = await admin.call(api.users.resetPassword, { name: 'frank' })
    expect((await problems()).get('frank')).toBeUndefined()
    expect(await opens('frank', password)).toBe(true)
    expect((await rows()).frank).toMatchObject({ display_name: 'Frank (plain text, accepted by 0.5-0.6 only)' })
  })
})
