import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer({ owner: true })
})
afterEach(() => server.stop())

const path = (name: string) => join(server.dataDir, name)
// A second is what is promised; a machine that does much else besides is given more.
const soon = { timeout: 5000, interval: 20 }

/** As editors do: a new file in the place of the old one. */
async function replace(name: string, text: string): Promise<void> {
  await writeFile(`${path(name)}~`, text)
  await rename(`${path(name)}~`, path(name))
}

test('an edit of config.toml is live within a second, saved in place or anew', async () => {
  await writeFile(path('config/config.toml'), '[app]\nmax_file_size_mb = 5\n')
  const limit = async () => (await server.window.call(api.uploads.limits, {})).maxFileSize
  await vi.waitFor(async () => expect(await limit()).toBe(5 * 1024 * 1024), soon)
  await replace('config/config.toml', '[app]\nmax_file_size_mb = 6\n[server]\nname = "Ann’s desk"\n')
  await vi.waitFor(async () => expect(await limit()).toBe(6 * 1024 * 1024), soon)
  await vi.waitFor(() => expect(server.running.sharing.name).toBe('Ann’s desk'), soon)
})

test('a user who is added to users.toml can sign in at once, and one who is taken out is signed out', async () => {
  const before = await readFile(path('users/users.toml'), 'utf8')
  const hash = '5025f28e456db739518a23036d572baaa620bb2fa76b35d648b72c6b648f12f6'
  await replace('users/users.toml', `${before}\n[users.erin]\npassword_hash = "${hash}"\n`)
  const erin = await vi.waitFor(() => server.as('erin', 'erin-legacy-pass'), soon)
  expect((await erin.call(api.sessions.get, {})).user.username).toBe('erin')
  await replace('users/users.toml', before)
  await vi.waitFor(
    () => expect(erin.call(api.sessions.get, {})).rejects.toMatchObject({ code: 'sign_in_required' }),
    soon,
  )
})

test('an edit that does not parse is told of in the log, changes nothing, and is not written over', async () => {
  const broken = '[app]\nmax_file_size_mb = 5\n[server\n'
  await writeFile(path('config/config.toml'), broken)
  await vi.waitFor(async () => {
    expect(await readFile(path('logs/app.log'), 'utf8')).toMatch(/ERROR: config\/config\.toml, line 3, column \d+: /)
  }, soon)
  expect((await server.window.call(api.uploads.limits, {})).maxFileSize).toBe(100 * 1024 * 1024)
  const { port } = server.running.sharing
  const move = server.window.call(api.sharing.update, { port: port === 65_535 ? port - 1 : port + 1 })
  await move.then(
    status => expect(status.state).toBe('failed'),
    error => expect(error).toMatchObject({ code: 'file_broken' }),
  )
  expect(await readFile(path('config/config.toml'), 'utf8')).toBe(broken)
})

test.each([
  ['config/config.toml', '[app]\ntheme = "lux\n', { line: 2, column: expect.any(Number) }],
  ['config/config.toml', '[app]\n\nmax_file_size_mb = -1\n', { line: 3, entry: 'app.max_file_size_mb' }],
  ['config/themes.toml', '[themes.lux\n', { line: 1, column: expect.any(Number) }],
  ['users/users.toml', '[users.admin]\nis_admin = tru\n', { line: 2, column: expect.any(Number) }],
])('%s, broken by hand as %j, is shown with its place until it is mended', async (name, text, place) => {
  const before = await readFile(path(name), 'utf8')
  const problems = async () => (await server.window.call(api.problems.list, {})).items
  await writeFile(path(name), text)
  await vi.waitFor(async () => expect(await problems()).toMatchObject([{ kind: 'file', file: name, ...place }]), soon)
  expect((await problems())[0]?.detail).toMatch(/\. What was there before still holds$/)
  expect(await readFile(path(name), 'utf8')).toBe(text)
  await writeFile(path(name), before)
  await vi.waitFor(async () => expect(await problems()).toEqual([]), soon)
})
