import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { type Address, api, type SharingStatus } from '../../src-server/contract/index.ts'
import { createEventHub } from '../../src-server/events/hub.ts'
import { openListener } from '../../src-server/http/listener.ts'
import { openSettings } from '../../src-server/settings/settings.ts'
import { createSharing, SharingFile } from '../../src-server/sharing/sharing.ts'
import { TomlFile } from '../../src-server/storage/toml-file.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ owner: true, sharing: 'remembered', ...options })
  cleanUps.push(() => server.stop())
  return server
}

/** Some other program, as far as the server can tell, on a port of its own. */
async function takePort(): Promise<{ port: number; free: () => Promise<void> }> {
  const holder: Server = createServer()
  await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
  const free = () => new Promise<void>(resolve => holder.close(() => resolve()))
  cleanUps.push(free)
  return { port: (holder.address() as AddressInfo).port, free }
}

async function freePort(): Promise<number> {
  const { port, free } = await takePort()
  await free()
  return port
}

const isOpen = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  )

const thisProgram = basename(process.execPath)

test('a port that is taken is a state that names who holds it and a port that is free', async () => {
  const { port } = await takePort()
  const server = await start({ listen: { port } })
  const status = await server.window.call(api.sharing.get, {})
  expect(status).toMatchObject({
    state: 'failed',
    port,
    problem: { reason: 'port_in_use', port, process: { name: thisProgram, pid: process.pid } },
  })
  const suggested = status.problem?.suggestedPort ?? 0
  expect(status.problem?.detail).toBe(
    `Port ${port} is taken by ${thisProgram} (process ${process.pid}). Use ${suggested}, or stop ${thisProgram}.`,
  )
  expect(await server.window.call(api.sharing.update, { port: suggested })).toMatchObject({
    state: 'on',
    port: suggested,
  })
  expect(await isOpen(suggested)).toBe(true)
})

test('a port that was taken is used once it is free, and no other in between', async () => {
  const { port, free } = await takePort()
  const server = await start({ listen: { port } })
  await free()
  await vi.waitFor(async () => expect(server.running.sharing).toMatchObject({ state: 'on', port }), { timeout: 10_000 })
  expect(server.running.sharing.problem).toBeUndefined()
})

test('switched off, the port is closed while the desktop goes on; switched on, it is the same port', async () => {
  const server = await start()
  const { port } = server.running.sharing
  expect(await server.window.call(api.sharing.update, { on: false })).toMatchObject({ state: 'off', port })
  expect(await isOpen(port)).toBe(false)
  expect((await server.window.call(api.sessions.get, {})).user.username).toBe('admin')
  expect(await server.window.call(api.sharing.update, { on: true })).toMatchObject({ state: 'on', port })
  expect(await isOpen(port)).toBe(true)
})

test('switching off ends what is under way', async () => {
  const server = await start()
  const admin = await server.as()
  const { port } = server.running.sharing
  const cut = new Promise(resolve => {
    const stream = request({ port, host: '127.0.0.1', path: '/api/v1/events', headers: { Cookie: admin.cookie } })
    stream.once('response', reply => {
      reply.once('error', resolve).once('close', resolve).resume()
      void server.window.call(api.sharing.update, { on: false })
    })
    stream.once('error', resolve).end()
  })
  await cut
  expect(await isOpen(port)).toBe(false)
})

test('it stays as it was left after a restart', async () => {
  const server = await start()
  await server.window.call(api.sharing.update, { on: false })
  await server.restart()
  expect(server.running.sharing.state).toBe('off')
  expect(await isOpen(server.running.sharing.port)).toBe(false)
})

test('a new port takes over from the old one, is written down, and is in every share URL', async () => {
  const server = await start()
  const [old, port] = [server.running.sharing.port, await freePort()]
  const link = await server.window.call(api.links.create, { type: 'redirect', url: 'https://example.com' })
  expect(link.shareUrl).toBe(`http://127.0.0.1:${old}/${link.code}`)
  expect(await server.window.call(api.sharing.update, { port })).toMatchObject({ state: 'on', port })
  expect([await isOpen(old), await isOpen(port)]).toEqual([false, true])
  const moved = await server.window.call(api.links.get, { code: link.code })
  expect(moved.shareUrl).toBe(`http://127.0.0.1:${port}/${link.code}`)
  expect(await readFile(join(server.dataDir, 'config/config.toml'), 'utf8')).toContain(`port = ${port}`)
})

test('a move to a port that is taken says so, and the choice is not written down', async () => {
  const server = await start()
  const { port } = await takePort()
  expect(await server.window.call(api.sharing.update, { port })).toMatchObject({
    state: 'failed',
    port,
    problem: { reason: 'port_in_use' },
  })
  expect(await readFile(join(server.dataDir, 'config/config.toml'), 'utf8')).not.toContain('port')
})

test('whoever is signed in over the network sees the state, and only the desktop changes it', async () => {
  const server = await start()
  const admin = await server.as()
  expect(await admin.call(api.sharing.get, {})).toMatchObject({ state: 'on' })
  await expect(admin.call(api.sharing.update, { on: false })).rejects.toMatchObject({ code: 'not_allowed' })
})

test('the public address stands in every share URL', async () => {
  const server = await start({ config: '[server]\npublic_url = "https://share.example.com/files/"\n' })
  const link = await server.window.call(api.links.create, { type: 'redirect', url: 'https://example.com' })
  expect(link.shareUrl).toBe(`https://share.example.com/files/${link.code}`)
})

test('an address that this computer does not have is told as such', async () => {
  const server = await start({ listen: { host: '203.0.113.9', port: await freePort() } })
  expect(server.running.sharing).toMatchObject({ state: 'failed', problem: { reason: 'address_missing' } })
})

const address = (host: string): Address => ({ host, interface: 'eth0', label: 'Ethernet', kind: 'network' })

/** The service alone, over networks that this computer need not have. */
async function openSharing(addresses: Address[]) {
  const folder = await mkdtemp(join(tmpdir(), 't8-'))
  cleanUps.push(() => rm(folder, { recursive: true, force: true }))
  const events = createEventHub()
  const heard: SharingStatus[] = []
  events.subscribe(({ name, data }) => {
    if (name === 'server') heard.push(data as SharingStatus)
  })
  const sharing = createSharing({
    settings: await openSettings(join(folder, 'config.toml'), { host: '127.0.0.1', port: 0 }),
    file: await TomlFile.open(join(folder, 'sharing.toml'), SharingFile),
    events,
    readAddresses: () => addresses,
    lookEvery: 50,
  })
  cleanUps.push(() => sharing.stop(0))
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const handler = (_: unknown, response: { end(): void }) => response.end()
  await sharing.start(at => openListener({ kind: 'lan', handler, log, headers: () => ({}), at }), true)
  return { sharing, heard }
}

test('the chosen address is in every share URL until it is gone; one that is not ours cannot be chosen', async () => {
  const addresses = [address('192.168.1.5'), address('[fd00::5]')]
  const { sharing, heard } = await openSharing(addresses)
  const { port } = sharing.status()
  expect(sharing.shareUrl('a b')).toBe(`http://192.168.1.5:${port}/a%20b`)

  await sharing.update({ host: '[fd00::5]' })
  expect(sharing.shareUrl('x')).toBe(`http://[fd00::5]:${port}/x`)
  expect(heard.at(-1)).toMatchObject({ host: '[fd00::5]' })
  await expect(sharing.update({ host: '8.8.8.8' })).rejects.toMatchObject({ code: 'invalid_input' })

  addresses.splice(0, 2, address('10.0.0.7'))
  await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ host: '10.0.0.7' }), { timeout: 10_000 })
  expect(sharing.shareUrl('x')).toBe(`http://10.0.0.7:${port}/x`)

  addresses.unshift(address('[fd00::5]'))
  await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ host: '[fd00::5]' }), { timeout: 10_000 })
  await sharing.update({ host: null })
  addresses.reverse()
  await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ host: '10.0.0.7' }), { timeout: 10_000 })
})
