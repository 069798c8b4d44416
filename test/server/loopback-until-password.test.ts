import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { soon } from '../helpers/files.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

let server: TestServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

const start = async (options: TestServerOptions): Promise<TestServer> => {
  server = await startTestServer({ owner: true, listen: { host: '0.0.0.0' }, ...options })
  return server
}
const port = ({ running }: TestServer) => running.sharing.port

/** Addresses of this computer that the port is open on, as the kernel tells: whoever else asks is refused. */
async function listeningAt(server: TestServer): Promise<string[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const suffix = `:${port(server).toString(16).toUpperCase().padStart(4, '0')}`
  return tables.flatMap(table =>
    table.split('\n').flatMap(line => {
      const [, local = '', , state] = line.trim().split(/\s+/)
      return local.endsWith(suffix) && state === '0A' ? [local.slice(0, -suffix.length)] : []
    }),
  )
}
const loopback = ['0100007F']
const everywhere = [/^0+$/]

describe.skipIf(process.platform !== 'linux')('an admin password that anybody can guess', () => {
  test.each([
    ['admin', /^The admin password has fewer than 8 characters, so only this computer can come in/],
    ['password1', /^The admin password is one that everybody tries first, so/],
    ['trunk8admin', /^The admin password is little more than/],
    ['', /^There is no admin password, so/],
  ])('%j keeps everybody else out, whatever the settings say', async (adminPassword, words) => {
    const server = await start({ adminPassword, config: '[server]\nhost = "0.0.0.0"\n' })
    expect(await listeningAt(server)).toEqual(loopback)
    const status = await server.window.call(api.sharing.get, {})
    expect(status).toMatchObject({ state: 'on', confined: expect.stringMatching(words) })
    expect(status.addresses.every(({ kind }) => kind === 'this-computer')).toBe(true)
    expect((await server.fetch('/healthz')).status).toBe(200)
  })

  test('is a warning in the log, which does not hold it', async () => {
    const server = await start({ adminPassword: 'letmein2026!!' })
    const log = await readFile(join(server.dataDir, 'logs/app.log'), 'utf8')
    expect(log).toMatch(
      /WARNING: The admin password is one that everybody tries first, so only this computer can come in/,
    )
    expect(log).not.toContain('letmein2026')
  })

  test('lets others in by itself once it is a good one', async () => {
    const server = await start({ adminPassword: 'letmein2026!!', secrets: { saveAdminPassword: async () => {} } })
    const before = port(server)
    await server.window.call(api.me.changePassword, { next: 'four words nobody guesses' })
    await vi.waitFor(
      async () => expect(await listeningAt(server)).toEqual([expect.stringMatching(everywhere[0] ?? '')]),
      soon,
    )
    expect(port(server)).toBe(before)
    expect((await server.window.call(api.sharing.get, {})).confined).toBeUndefined()
    await server.as('', 'four words nobody guesses')
  })

  test('of the environment stays what it is, and one is told what to do', async () => {
    const server = await start({
      adminPassword: 'letmein2026!!',
      secrets: { adminPasswordFixedBy: 'TRUNK8_ADMIN_PASSWORD sets it' },
    })
    expect((await server.window.call(api.sharing.get, {})).confined).toMatch(
      /TRUNK8_ADMIN_PASSWORD sets it: give it a better one, and start Trunk8 again\.$/,
    )
  })

  test('is no matter where only this computer is to come in anyway', async () => {
    const server = await start({ adminPassword: 'admin', listen: { host: '127.0.0.66' } })
    expect(await listeningAt(server)).toEqual(['4200007F'])
    expect((await server.window.call(api.sharing.get, {})).confined).toBeUndefined()
  })

  test('stays apart from the network through a change of the port', async () => {
    const server = await start({ adminPassword: 'admin' })
    await server.window.call(api.sharing.update, { on: false })
    await server.window.call(api.sharing.update, { on: true })
    expect(await listeningAt(server)).toEqual(loopback)
  })
})

test('a good admin password opens the network as the settings say', async () => {
  const server = await start({ listen: { host: '0.0.0.0' } })
  expect((await server.window.call(api.sharing.get, {})).confined).toBeUndefined()
  const others = Object.values(networkInterfaces())
    .flatMap(it => it ?? [])
    .filter(it => !it.internal && it.family === 'IPv4')
  for (const { address } of others) {
    expect((await fetch(`http://${address}:${port(server)}/healthz`)).status).toBe(200)
  }
})
