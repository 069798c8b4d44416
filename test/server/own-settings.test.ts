import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

/** Far more than it takes, for a machine that does much else besides. */
const soon = 5000
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const hash = '5025f28e456db739518a23036d572baaa620bb2fa76b35d648b72c6b648f12f6'
const password = 'erin-legacy-pass'
const twoUsers = `[users.admin]\nis_admin = true\n\n[users.erin]\npassword_hash = "${hash}"\n\n[users.frank]\npassword_hash = "${hash}"\nis_admin = true\n`

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const files = { 'users/users.toml': twoUsers, ...options.files }
  const server = await startTestServer({ owner: true, ...options, files: options.dataDir ? {} : files })
  cleanUps.push(() => server.stop())
  return server
}

const read = (server: TestServer, path: string) => readFile(join(server.dataDir, path), 'utf8')
const write = (server: TestServer, path: string, text: string) => writeFile(join(server.dataDir, path), text)

test('who chose nothing has the instance’s themes, and follows them', async () => {
  const server = await start({ config: '[app]\ntheme = "lux"\n' })
  const erin = await server.as('erin', password)
  expect(await erin.call(api.settings.get, {})).toMatchObject({
    appearance: { ui: { theme: 'lux' }, markdown: { theme: 'cerulean' } },
    instance: { ui: { theme: 'lux' }, markdown: { theme: 'cerulean' } },
    own: {},
  })
  await server.window.call(api.instance.update, { values: { 'app.markdown_theme': 'vapor' } })
  expect((await erin.call(api.settings.get, {})).appearance.markdown.theme).toBe('vapor')
  await expect(read(server, 'users/erin/config.toml')).rejects.toThrow('ENOENT')
})

test('a choice of one’s own is written to one’s own file, in upstream’s form, and changes nobody else', async () => {
  const server = await start()
  const erin = await server.as('erin', password)
  const reply = await erin.call(api.settings.update, { theme: 'darkly', markdownTheme: 'solar' })
  expect(reply).toMatchObject({
    appearance: { ui: { theme: 'darkly' }, markdown: { theme: 'solar' } },
    instance: { ui: { theme: 'cerulean' } },
    own: { theme: 'darkly', markdownTheme: 'solar' },
  })
  expect(await read(server, 'users/erin/config.toml')).toBe('[app]\ntheme = "darkly"\nmarkdown_theme = "solar"\n')
  const frank = await server.as('frank', password)
  expect((await frank.call(api.settings.get, {})).appearance.ui.theme).toBe('cerulean')
  expect((await erin.call(api.settings.update, { theme: null })).own).toEqual({ markdownTheme: 'solar' })
  await server.restart()
  expect((await (await server.as('erin', password)).call(api.settings.get, {})).appearance).toEqual({
    ui: { theme: 'cerulean' },
    markdown: { theme: 'solar' },
  })
})

test('keys of others in one’s file stay', async () => {
  const server = await start({ files: { 'users/erin/config.toml': 'mine = 1\n[app]\nodd = true\ntheme = "lux"\n' } })
  await (await server.as('erin', password)).call(api.settings.update, { theme: 'yeti' })
  expect(await read(server, 'users/erin/config.toml')).toBe('mine = 1\n\n[app]\nodd = true\ntheme = "yeti"\n')
})

test('what the admin chooses is the instance’s; another admin’s choice is their own', async () => {
  const server = await start()
  const frank = await server.as('frank', password)
  await frank.call(api.settings.update, { theme: 'minty' })
  expect(await read(server, 'users/frank/config.toml')).toBe('[app]\ntheme = "minty"\n')

  const mine = await server.window.call(api.settings.update, { theme: 'pulse' })
  expect(mine).toMatchObject({ instance: { ui: { theme: 'pulse' } }, own: { theme: 'pulse' } })
  expect(await read(server, 'config/config.toml')).toContain('theme = "pulse"')
  await expect(read(server, 'users/admin/config.toml')).rejects.toThrow('ENOENT')
  expect((await server.window.call(api.settings.update, { theme: null })).instance.ui.theme).toBe('cerulean')
})

test('a theme that is not shipped cannot be chosen', async () => {
  const server = await start()
  const erin = await server.as('erin', password)
  const headers = { 'Content-Type': 'application/json' }
  for (const theme of ['"gone"', '""', '7', '"__proto__"']) {
    const reply = await erin.send({ method: 'PATCH', path: '/api/v1/settings', headers, body: `{"theme":${theme}}` })
    expect([theme, reply.status]).toEqual([theme, 422])
  }
  await expect(read(server, 'users/erin/config.toml')).rejects.toThrow('ENOENT')
})

test('a name in a file that Trunk8 has no theme for is drawn as cerulean, kept, and told of', async () => {
  const server = await start({
    config: '[app]\ntheme = "ours"\n',
    files: { 'users/users.toml': twoUsers, 'users/erin/config.toml': '[app]\nmarkdown_theme = "hers"\n' },
  })
  const erin = await server.as('erin', password)
  const { appearance } = await erin.call(api.settings.get, {})
  expect(appearance).toEqual({
    ui: { theme: 'cerulean', wanted: 'ours' },
    markdown: { theme: 'cerulean', wanted: 'hers' },
  })
  expect((await erin.call(api.problems.list, {})).items).toMatchObject([
    { file: 'users/erin/config.toml', entry: 'app.markdown_theme', kind: 'entry', owner: 'erin' },
  ])
  const all = (await server.window.call(api.problems.list, {})).items
  expect(all).toContainEqual(expect.objectContaining({ file: 'config/config.toml', entry: 'app.theme' }))
  await erin.call(api.settings.update, { markdownTheme: 'lux' })
  await vi.waitFor(async () => expect((await erin.call(api.problems.list, {})).items).toEqual([]), soon)
})

test('an edit of one’s file by hand is live, a broken one is told and kept, and the last good state holds', async () => {
  const server = await start()
  const erin = await server.as('erin', password)
  const theme = async () => (await erin.call(api.settings.get, {})).appearance.ui.theme
  await write(server, 'users/erin/config.toml', '[app]\ntheme = "lux"\n')
  await vi.waitFor(async () => expect(await theme()).toBe('lux'), soon)
  const broken = '[app]\ntheme = "slate\n'
  await write(server, 'users/erin/config.toml', broken)
  await vi.waitFor(
    async () =>
      expect((await erin.call(api.problems.list, {})).items).toMatchObject([
        { kind: 'file', file: 'users/erin/config.toml', line: 2, owner: 'erin' },
      ]),
    soon,
  )
  expect(await theme()).toBe('lux')
  await expect(erin.call(api.settings.update, { theme: 'yeti' })).rejects.toMatchObject({ code: 'file_broken' })
  expect(await read(server, 'users/erin/config.toml')).toBe(broken)
  await write(server, 'users/erin/config.toml', '[app]\ntheme = "slate"\n')
  await vi.waitFor(async () => expect(await theme()).toBe('slate'), soon)
  await vi.waitFor(async () => expect((await erin.call(api.problems.list, {})).items).toEqual([]), soon)
})

test('a file that is broken from the start keeps nobody from their links, and is not written over', async () => {
  const server = await start({
    files: { 'users/users.toml': twoUsers, 'users/erin/config.toml': '[app]\ntheme = 5\n' },
  })
  const erin = await server.as('erin', password)
  expect((await erin.call(api.settings.get, {})).appearance.ui.theme).toBe('cerulean')
  expect((await erin.call(api.problems.list, {})).items).toMatchObject([
    { kind: 'file', line: 2, entry: 'app.theme', detail: expect.stringContaining('the instance’s themes hold') },
  ])
  await expect(erin.call(api.settings.update, { theme: 'yeti' })).rejects.toMatchObject({ code: 'file_broken' })
  expect(await read(server, 'users/erin/config.toml')).toBe('[app]\ntheme = 5\n')
})

test('the sign-in page knows the instance’s name and looks, and nothing else', async () => {
  const server = await start({ config: '[app]\ntheme = "vapor"\n[server]\nname = "Desk 4"\n' })
  expect(await server.anyone.call(api.settings.welcome, {})).toEqual({
    name: 'Desk 4',
    appearance: { ui: { theme: 'vapor' }, markdown: { theme: 'cerulean' } },
    signIn: {},
  })
})

test('the choices in a folder that upstream wrote are those of its users, and the folder stays as it was', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 't8-'))
  cleanUps.push(() => rm(dataDir, { recursive: true, force: true }))
  await cp('test/fixtures/upstream-instance', dataDir, { recursive: true })
  const server = await start({ dataDir })
  const before = await read(server, 'users/alice/config.toml')
  expect((await server.window.call(api.settings.get, {})).appearance).toEqual({
    ui: { theme: 'flatly' },
    markdown: { theme: 'cerulean' },
  })
  expect(await read(server, 'users/alice/config.toml')).toBe(before)
})
