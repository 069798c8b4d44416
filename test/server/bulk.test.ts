import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { assetsOf, upload, usersToml } from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn
let erin: SignedIn

beforeAll(async () => {
  server = await startTestServer({ files: { 'users/users.toml': usersToml({ erin: 'erin' }) } })
  admin = await server.as()
  erin = await server.as('erin', 'erin')
})
afterAll(() => server.stop())

const status = async (code: string) => (await server.fetch(`/${code}`)).status
async function make(user: SignedIn, ...codes: string[]): Promise<string[]> {
  for (const code of codes) await user.call(api.links.create, { type: 'redirect', url: 'https://example.com', code })
  return codes
}

test('many links are deleted with their files, and brought back with them', async () => {
  const codes = await make(admin, 'del-1', 'del-2')
  await upload(admin, 'a.txt', 'the file', { code: 'del-3' })
  await server.fetch('/del-1')
  const all = [...codes, 'del-3']
  expect(await admin.call(api.links.bulk, { codes: all, action: 'delete' })).toEqual({ done: all, failed: [] })
  expect(await Promise.all(all.map(status))).toEqual([404, 404, 404])
  expect(await assetsOf(server)).toEqual([])
  expect(await readdir(join(server.dataDir, 'state', 'trash'))).toHaveLength(1)

  expect(await admin.call(api.links.bulk, { codes: all, action: 'restore' })).toEqual({ done: all, failed: [] })
  expect(await Promise.all(all.map(status))).toEqual([302, 302, 200])
  expect(await admin.call(api.links.get, { code: 'del-1' })).toMatchObject({ visits: 2 })
})

test('each code stands for itself: what fails is named with its reason, the rest is done', async () => {
  await make(admin, 'mine')
  await make(erin, 'hers')
  const codes = ['hers', 'mine', 'never-was', '__proto__', 'hers']
  expect(await erin.call(api.links.bulk, { codes, action: 'disable' })).toEqual({
    done: ['hers'],
    failed: ['mine', 'never-was', '__proto__'].map(code => ({
      code,
      code_error: 'not_found',
      detail: `There’s no link called ${code}`,
    })),
  })
  expect([await status('mine'), await status('hers')]).toEqual([302, 404])
  expect((await erin.call(api.links.bulk, { codes: ['hers'], action: 'enable' })).done).toEqual(['hers'])
  expect(await status('hers')).toBe(302)
  const taken = await erin.call(api.links.bulk, { codes: ['hers'], action: 'restore' })
  expect(taken.failed).toMatchObject([{ code: 'hers', code_error: 'not_found' }])
})

test('they expire at a time, never, or now, which can be undone', async () => {
  const codes = await make(admin, 'until-1', 'until-2')
  const expiresAt = '2089-12-31T23:59:00.000Z'
  await admin.call(api.links.bulk, { codes, action: 'expire', expiresAt })
  for (const code of codes) expect(await admin.call(api.links.get, { code })).toMatchObject({ expiresAt })
  await admin.call(api.links.bulk, { codes, action: 'expire', expiresAt: null })
  for (const code of codes) expect((await admin.call(api.links.get, { code })).expiresAt).toBeUndefined()
  const past = admin.call(api.links.bulk, { codes, action: 'expire', expiresAt: '2001-01-01T00:00:00Z' })
  await expect(past).rejects.toMatchObject({ code: 'invalid_input' })
  await admin.call(api.links.bulk, { codes, action: 'expire' })
  expect(await Promise.all(codes.map(status))).toEqual([404, 404])
  await admin.call(api.links.bulk, { codes, action: 'restore' })
  expect(await Promise.all(codes.map(status))).toEqual([302, 302])
})

test('a thousand at once are on the disk when the answer is there, and more are refused', async () => {
  const codes = Array.from({ length: 1000 }, (_, n) => `many-${n}`)
  const text = ['code,url', ...codes.map(code => `${code},https://example.com/${code}`)].join('\n')
  await admin.call(api.links.importList, { format: 'csv', text })
  expect((await admin.call(api.links.bulk, { codes, action: 'disable' })).done).toHaveLength(1000)
  const toml = () => readFile(join(server.dataDir, 'users', 'admin', 'links.toml'), 'utf8')
  expect((await toml()).match(/^enabled = false$/gm)).toHaveLength(1000)
  expect((await admin.call(api.links.bulk, { codes, action: 'delete' })).done).toHaveLength(1000)
  expect(await toml()).not.toContain('many-')
  for (const refused of [[], [...codes, 'one-more']]) {
    const bulk = admin.send({
      method: 'POST',
      path: api.links.bulk.path,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ codes: refused, action: 'delete' }),
    })
    expect((await bulk).status).toBe(422)
  }
})
