import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { TomlFile } from '../../src-server/storage/toml-file.ts'
import { createHsts, HstsFile } from '../../src-server/tls/hsts.ts'
import { buyCertificate, writePair } from '../helpers/certificates.ts'
import { type SendOptions, startTestServer, type TestServer } from '../helpers/server.ts'

const on = 'max-age=63072000'
const name = 'share.example.com'
const day = 86_400_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  await writePair(await buyCertificate(name), join(folder, 'cert.pem'), join(folder, 'key.pem'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const servers: TestServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function start(config: string): Promise<TestServer> {
  const server = await startTestServer({ config, owner: true })
  servers.push(server)
  return server
}

/** What the answer of a path that is not there says of it: errors carry it too. */
const heard = async (server: TestServer, host: string, options: Partial<SendOptions> = {}) => {
  const headers = { Host: host, ...options.headers }
  const reply = await server.send({ path: '/nothing', isSecure: true, ...options, headers })
  return reply.headers['strict-transport-security']
}

const bought = () => `[tls]\ncert_file = "${folder}/cert.pem"\nkey_file = "${folder}/key.pem"\n`
const isPublic = `[server]\npublic_url = "https://${name}"\nallowed_hosts = ["${name}"]\n\n`

describe('by a public name with a certificate of somebody else', () => {
  test('it is said over https, on every answer, and to that name alone', async () => {
    const server = await start(isPublic + bought())
    // The first connection is what the certificate is read for.
    await server.window.call(api.tls.get, {})
    expect(await heard(server, name)).toBe(on)
    expect(await heard(server, name, { path: '/healthz' })).toBe(on)
    expect(await heard(server, name, { path: '/api/v1/links' })).toBe(on)
    expect(await heard(server, `${name}:${server.running.sharing.port}`)).toBe(on)
    expect(await heard(server, name, { isSecure: false })).toBeUndefined()
    for (const other of ['localhost', '127.0.0.1']) expect(await heard(server, other)).toBeUndefined()
  })

  test('once it is no longer so, it is taken back, after a restart too', async () => {
    const server = await start(isPublic + bought())
    await server.window.call(api.tls.get, {})
    expect(await heard(server, name)).toBe(on)
    await server.window.call(api.instance.update, { values: { 'server.public_url': '' } })
    expect(await heard(server, name)).toBe('max-age=0')
    await server.restart()
    expect(await heard(server, name)).toBe('max-age=0')
    await server.window.call(api.instance.update, { values: { 'server.public_url': `https://${name}` } })
    await server.window.call(api.tls.get, {})
    expect(await heard(server, name)).toBe(on)
  })
})

test('with a certificate of our own it is never said: who did not trust it would be locked out', async () => {
  const server = await start(isPublic)
  expect(await heard(server, name)).toBeUndefined()
})

test('behind a proxy that says the visitor came by https, it is said', async () => {
  const server = await start(`${isPublic}[proxy]\ntrusted = ["127.0.0.66"]\n`)
  const came = (scheme: string) => ({
    ...{ from: '127.0.0.66', isSecure: false },
    headers: { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': scheme },
  })
  expect(await heard(server, name, came('https'))).toBe(on)
  expect(await heard(server, name, came('http'))).toBeUndefined()
})

describe('for a name that is not public', () => {
  const valueFor = async (publicUrl: string, host: string) => {
    const file = await TomlFile.open(join(folder, 'none.toml'), HstsFile)
    const settings = { current: { server: { publicUrl } } } as Parameters<typeof createHsts>[0]['settings']
    const hsts = createHsts({ settings, file, serving: () => undefined, report: () => {} })
    const value = hsts.valueFor(host, false)
    await hsts.close()
    await rm(join(folder, 'none.toml'), { force: true })
    return value
  }

  test.each([
    ...['https://desk.local', 'https://nas.lan', 'https://nas.home', 'https://x.internal', 'https://a.home.arpa'],
    ...['https://desk', 'https://localhost', 'https://a.localhost', 'https://192.168.1.5', 'https://[fd00::2]'],
    'http://share.example.com',
  ])('it is never said: %s', async url => {
    expect(await valueFor(url, new URL(url).hostname)).toBeUndefined()
  })

  test('and a public one gets it', async () => {
    expect(await valueFor(`https://${name}:8443`, name)).toBe(on)
  })
})

test('it is taken back for 30 days, and then no more is said', async () => {
  const file = await TomlFile.open(join(folder, 'hsts.toml'), HstsFile)
  const server = { publicUrl: `https://${name}` }
  const settings = { current: { server } } as Parameters<typeof createHsts>[0]['settings']
  let now = Date.now()
  const open = () => createHsts({ settings, file, serving: () => undefined, report: () => {}, now: () => now })
  const hsts = open()
  expect(hsts.valueFor(name, false)).toBe(on)
  await expect.poll(() => file.value.host).toBe(name)
  server.publicUrl = ''
  expect(hsts.valueFor(name, false)).toBe('max-age=0')
  await expect.poll(() => file.value.ended_at).toBeDefined()
  now += 29 * day
  expect(open().valueFor(name, false)).toBe('max-age=0')
  now += 2 * day
  expect(open().valueFor(name, false)).toBeUndefined()
})
