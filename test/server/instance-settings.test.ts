import { readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { api, type InstanceChanges, instanceSettings } from '../../src-server/contract/index.ts'
import { freePort } from '../helpers/headless.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

/** Far more than it takes, for a machine that does much else besides. */
const soon = 5000
const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ owner: true, ...options })
  cleanUps.push(() => server.stop())
  return server
}

/** A server whose port and address are config.toml's own. */
async function startByFile(rest = '') {
  const port = await freePort()
  const config = `[server]\nhost = "127.0.0.1"\nport = ${port}\n${rest}`
  const nothing = { host: undefined, port: undefined } as unknown as { host: string; port: number }
  return { server: await start({ config, listen: nothing, sharing: 'remembered' }), port }
}

const configOf = (server: TestServer) => readFile(join(server.dataDir, 'config/config.toml'), 'utf8')
const update = (server: TestServer, values: InstanceChanges['values']) =>
  server.window.call(api.instance.update, { values })

async function takePort(): Promise<number> {
  const holder = createServer()
  await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => new Promise<void>(resolve => holder.close(() => resolve())))
  return (holder.address() as AddressInfo).port
}

const answers = (port: number, host = '127.0.0.1') =>
  fetch(`http://${host}:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )

test('an admin sees what holds, what stands in the file, and what overrules it', async () => {
  const server = await start({ config: '[session]\nidle_minutes = 5\n[mine]\nkey = 1\n' })
  const state = await (await server.as()).call(api.instance.get, {})
  expect(Object.keys(state.values).sort()).toEqual(Object.keys(instanceSettings).sort())
  expect(state).toMatchObject({
    values: {
      'session.idle_minutes': 5,
      'app.theme': 'cerulean',
      'server.host': '127.0.0.1',
      'server.port': server.running.sharing.port,
    },
    set: ['session.idle_minutes'],
    overruled: { 'server.host': 'the command that started Trunk8', 'server.port': 'the command that started Trunk8' },
    file: join(server.dataDir, 'config/config.toml'),
  })
  expect(state.problem).toBeUndefined()
})

test('a value is written to the file, null takes it out, and all else in there stays', async () => {
  const server = await start({ config: '[mine]\nkey = 1\n\n[app]\ntheme = "darkly"\nodd = true\n' })
  const state = await update(server, { 'app.max_file_size_mb': 5, 'html.mode': 'static', 'app.theme': null })
  expect(state).toMatchObject({
    values: { 'app.max_file_size_mb': 5, 'html.mode': 'static', 'app.theme': 'cerulean' },
    set: ['app.max_file_size_mb', 'html.mode'],
  })
  expect(await configOf(server)).toBe(
    '[mine]\nkey = 1\n\n[app]\nodd = true\nmax_file_size_mb = 5\n\n[html]\nmode = "static"\n',
  )
  await update(server, { 'html.mode': null })
  expect(await configOf(server)).not.toContain('html')
})

test('the days of a session go back to the default wherever they stand', async () => {
  const server = await start({ config: '[app]\npermanent_lifetime_days = 3\ntheme = "lux"\n' })
  const before = await server.window.call(api.instance.get, {})
  expect(before.values['session.permanent_lifetime_days']).toBe(3)
  const after = await update(server, { 'session.permanent_lifetime_days': null })
  expect(after.values['session.permanent_lifetime_days']).toBe(30)
  expect(await configOf(server)).toBe('[app]\ntheme = "lux"\n')
})

test.each<[string, InstanceChanges['values'], string]>([
  ['a number that is too large', { 'passwords.min_length': 129 }, 'Write a whole number from 1 to 128'],
  ['a broken number', { 'backup.hour': 3.5 }, 'Write a whole hour from 0 to 23'],
  ['a text for a number', { 'app.max_file_size_mb': '7' }, 'Write a number of megabytes; 0 means no limit'],
  ['a choice that is none', { 'html.mode': 'wild' }, 'Write one of "interactive", "isolated", "static"'],
  ['a name for an address', { 'server.host': 'everywhere' }, 'Write "0.0.0.0" for every network'],
  ['a number for a switch', { 'uploads.allow_all': 1 }, 'Write true or false'],
  ['a list with a number in it', { 'server.allowed_hosts': 'x' }, 'Write a list of texts'],
  ['a folder that is no full path', { 'backup.folder': 'backups' }, 'Write the full path of a folder'],
])('%s is refused at its key, and nothing is written', async (_, values, words) => {
  const server = await start()
  const before = await configOf(server)
  await expect(update(server, { ...values, 'server.name': 'new' })).rejects.toMatchObject({
    code: 'invalid_input',
    errors: [{ path: Object.keys(values)[0], message: expect.stringContaining(words) }],
  })
  expect(await configOf(server)).toBe(before)
})

test('a key that nobody knows is refused', async () => {
  const server = await start()
  for (const body of ['{"values":{"app.nonsense":1}}', '{"values":{"constructor":1}}', '{"values":{"app":{}}}', '{}']) {
    const headers = { 'Content-Type': 'application/json' }
    const reply = await server.window.send({ method: 'PATCH', path: '/api/v1/instance', headers, body })
    expect([body, reply.status, reply.json]).toMatchObject([body, 422, { code: 'invalid_input' }])
  }
})

test('name, largest file and kinds of files hold at once, and everybody hears of it', async () => {
  const server = await start()
  const admin = await server.as()
  const stream = await fetch(`${server.url}/api/v1/events`, { headers: { Cookie: admin.cookie } })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  await admin.call(api.instance.update, {
    values: { 'server.name': 'Desk 4', 'app.max_file_size_mb': 2, 'uploads.allowed_extensions': ['.PDF'] },
  })
  expect(server.running.sharing.name).toBe('Desk 4')
  expect(await admin.call(api.uploads.limits, {})).toMatchObject({
    maxFileSize: 2 * 1024 * 1024,
    allowedExtensions: ['pdf'],
  })
  let heard = ''
  while (!heard.includes('event: settings')) heard += (await reader?.read())?.value ?? ''
  await reader?.cancel()
})

test('the log’s level holds from the next line on', async () => {
  const server = await start()
  const log = () => readFile(join(server.dataDir, 'logs/app.log'), 'utf8')
  await update(server, { 'logging.level': 'ERROR' })
  await expect(server.as('admin', 'wrong')).rejects.toMatchObject({ code: 'bad_credentials' })
  await update(server, { 'logging.level': 'debug' })
  await expect(server.as('ann', 'wrong')).rejects.toMatchObject({ code: 'bad_credentials' })
  expect(await log()).toContain('Failed sign-in as "ann"')
  expect(await log()).not.toContain('Failed sign-in as "admin"')
  expect((await server.window.call(api.instance.get, {})).values['logging.level']).toBe('DEBUG')
})

test('a new port takes over while it runs, and is written down', async () => {
  const { server, port } = await startByFile()
  const next = await freePort()
  // Over the port that goes: whoever moves it still hears that it went well.
  const moved = await (await server.as()).call(api.instance.update, { values: { 'server.port': next } })
  expect(moved.values['server.port']).toBe(next)
  expect(server.running.sharing).toMatchObject({ state: 'on', port: next })
  expect([await answers(port), await answers(next)]).toEqual([false, true])
  expect(await configOf(server)).toContain(`port = ${next}`)
})

test('a port that is taken is refused with its reason, sharing stays where it was, and nothing is written', async () => {
  const { server, port } = await startByFile()
  const taken = await takePort()
  await expect(update(server, { 'server.port': taken, 'server.name': 'new' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`Port ${taken} is taken by`),
    errors: [{ path: 'server.port' }],
  })
  expect(server.running.sharing).toMatchObject({ state: 'on', port })
  expect(server.running.sharing.problem).toBeUndefined()
  expect(await answers(port)).toBe(true)
  expect(await configOf(server)).not.toMatch(new RegExp(`${taken}|new`))
})

test('another address takes over on the same port; one that this computer lacks is refused', async () => {
  const { server, port } = await startByFile()
  await update(server, { 'server.host': '127.0.0.2' })
  expect([await answers(port), await answers(port, '127.0.0.2')]).toEqual([false, true])
  await expect(update(server, { 'server.host': '203.0.113.9' })).rejects.toMatchObject({
    code: 'conflict',
    errors: [{ path: 'server.host' }],
  })
  expect(await answers(port, '127.0.0.2')).toBe(true)
  expect(await configOf(server)).toContain('host = "127.0.0.2"')
})

test('a port written into the file by hand takes over; one that is taken does not, and the state says why', async () => {
  const { server, port } = await startByFile()
  const next = await freePort()
  const write = (to: number) =>
    writeFile(join(server.dataDir, 'config/config.toml'), `[server]\nhost = "127.0.0.1"\nport = ${to}\n`)
  await write(next)
  await vi.waitFor(async () => expect([await answers(port), await answers(next)]).toEqual([false, true]), soon)
  await write(await takePort())
  await vi.waitFor(() => expect(server.running.sharing.problem?.reason).toBe('port_in_use'), soon)
  expect(server.running.sharing).toMatchObject({ state: 'on', port: next })
  expect(server.running.sharing.problem?.detail).toContain(`Sharing stays on port ${next}.`)
  expect(await answers(next)).toBe(true)
  const problems = async () => (await server.window.call(api.problems.list, {})).items
  expect(await problems()).toMatchObject([{ kind: 'entry', file: 'config/config.toml', entry: 'server.port' }])
  await write(next)
  await vi.waitFor(async () => expect(await problems()).toEqual([]), soon)
  expect(server.running.sharing.problem).toBeUndefined()
})

test('while the file does not parse, its place is told, nothing can be changed, and nothing is written over it', async () => {
  const server = await start()
  const broken = '[app]\ntheme = "darkly"\nmax_file_size_mb = = 5\n'
  await writeFile(join(server.dataDir, 'config/config.toml'), broken)
  await expect(update(server, { 'server.name': 'new' })).rejects.toMatchObject({ code: 'file_broken' })
  await vi.waitFor(async () => {
    const { problem, values } = await server.window.call(api.instance.get, {})
    expect(problem).toMatchObject({ kind: 'file', file: 'config/config.toml', line: 3, column: expect.any(Number) })
    expect(values['app.theme']).toBe('cerulean')
  }, soon)
  await expect(update(server, { 'server.name': 'new' })).rejects.toMatchObject({ code: 'file_broken' })
  await expect(server.window.call(api.settings.update, { theme: 'lux' })).rejects.toMatchObject({ code: 'file_broken' })
  expect(await configOf(server)).toBe(broken)

  await writeFile(join(server.dataDir, 'config/config.toml'), broken.replace('= =', '='))
  await vi.waitFor(async () => {
    const { problem, values } = await server.window.call(api.instance.get, {})
    expect([problem, values['app.theme']]).toEqual([undefined, 'darkly'])
  }, soon)
})

test('the audit trail tells who changed what', async () => {
  const server = await start()
  await (await server.as()).call(api.instance.update, { values: { 'server.name': 'Desk 4' } })
  await server.window.call(api.settings.update, { theme: 'lux' })
  const lines = (await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8')).trim().split('\n')
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { actor: 'admin', action: 'sign_in', method: 'password', from: '127.0.0.1' },
    { actor: 'admin', action: 'settings_changed', values: { 'server.name': 'Desk 4' }, from: '127.0.0.1' },
    { actor: 'admin', action: 'settings_changed', values: { 'app.theme': 'lux' } },
  ])
})
