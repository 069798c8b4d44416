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
const soon = { timeout: 1000, interval: 20 }

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
