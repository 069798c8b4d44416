import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, trustPaths } from '../../src-server/contract/index.ts'
import { eventually, upload } from '../helpers/files.ts'
import { type SendOptions, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

/** Another computer of the network, by plain http. */
const from = '127.0.0.66'
const password = 'the password of a link'
const form = { 'Content-Type': 'application/x-www-form-urlencoded' }

async function start(config: string): Promise<{ server: TestServer; admin: SignedIn }> {
  const server = await startTestServer({ config, owner: true })
  const admin = await server.as('', server.adminPassword, { isSecure: !config.includes('mode = "off"') })
  await admin.call(api.links.create, { type: 'redirect', code: 'open', url: 'https://example.com/' })
  await admin.call(api.links.create, { type: 'redirect', code: 'shut', url: 'https://example.com/', password })
  await admin.call(api.links.create, { type: 'redirect', code: 'once', url: 'https://example.com/', maxVisits: 1 })
  await upload(admin, 'plan.txt', 'the plan', { code: 'plan' })
  return { server, admin }
}

/** What a request over http gets: its status, and where it is led or what it is told. */
async function ask(server: TestServer, options: SendOptions): Promise<string> {
  const { status, headers, json } = await server.send({ from, ...options })
  const told = headers.location ?? (json as { code?: string } | undefined)?.code
  return [status, told?.replace(server.url.replace('http:', 'https:'), 'SECURE').replace(server.url, 'PLAIN')]
    .join(' ')
    .trim()
}

type Row = readonly [what: string, request: SendOptions, answer: string]

describe('with both, what carries no secret is served over http, and what carries one is not', () => {
  let server: TestServer
  let admin: SignedIn
  beforeAll(async () => {
    ;({ server, admin } = await start(''))
  })
  afterAll(() => server.stop())

  const rows: readonly Row[] = [
    ['a link', { path: '/open' }, '302 https://example.com/'],
    ['a download', { path: '/plan' }, '200'],
    ['the page about a link', { path: '/open+' }, '200'],
    ['a link’s QR code', { path: '/open/qr.svg' }, '200'],
    ['a link that opens so many times', { method: 'POST', path: '/once', headers: form, body: '' }, '303 /once'],
    ['a code that was typed in', { path: '/?code=open' }, '303 /open'],
    ['the start page', { path: '/' }, '307 SECURE/'],
    ['the start page, looked for', { method: 'HEAD', path: '/?a=b' }, '307 SECURE/?a=b'],
    ['a page of sign-in', { path: '/auth/oidc/start?to=%2F' }, '307 SECURE/auth/oidc/start?to=%2F'],
    ['signing in', { method: 'POST', path: '/auth/login', headers: form, body: 'password=x' }, '403 https_required'],
    ['signing out', { method: 'POST', path: '/auth/logout' }, '403 https_required'],
    ['a link’s password page', { path: '/shut' }, '307 SECURE/shut'],
    ['the page about it', { path: '/shut+' }, '307 SECURE/shut+'],
    ['its code in other letters', { path: '/%73hut?raw=1' }, '307 SECURE/%73hut?raw=1'],
    ['a link’s password', { method: 'POST', path: '/shut', headers: form, body: 'password=x' }, '403 https_required'],
    [
      'a link’s password in a header',
      { path: '/shut', headers: { Authorization: 'Basic eDp5' } },
      '403 https_required',
    ],
    ['an API key', { path: '/api/v1/links', headers: { Authorization: 'Bearer t8_x' } }, '403 https_required'],
    ['an API key by its own name', { path: '/open', headers: { 'X-API-Key': 't8_x' } }, '403 https_required'],
    ['a call without a session', { path: '/api/v1/links' }, '401 sign_in_required'],
    ['whether it lives', { path: '/healthz' }, '200'],
    ['the page about trust', { path: trustPaths.page }, '200'],
    ['what a device has to trust', { path: trustPaths.certificate }, '200'],
  ]
  test.each(rows)('%s', async (_, request, answer) => {
    expect(await ask(server, { headers: { Accept: 'application/json' }, ...request })).toBe(answer)
  })

  test('a call with a session', async () => {
    const headers = { Cookie: admin.cookie }
    expect(await ask(server, { path: '/api/v1/links', headers })).toBe('403 https_required')
    expect((await server.send({ path: '/api/v1/links', headers, from, isSecure: true })).status).toBe(200)
  })

  test('a session that a browser got over https is good for nothing over http', async () => {
    const other = await server.as('', server.adminPassword, { from, isSecure: true })
    expect(await ask(server, { path: '/api/v1/me', headers: { Cookie: other.cookie } })).toBe('403 https_required')
  })

  test('nobody remembers where http led: encryption may be switched off again', async () => {
    expect((await server.send({ from, path: '/' })).headers['cache-control']).toBe('no-store')
  })

  test('a host that is none of ours is led nowhere', async () => {
    expect(await ask(server, { path: '/', headers: { Host: 'evil.test' } })).toBe('421 unknown_host')
  })

  test('who sits at this computer may come by http', async () => {
    await expect(server.as('', server.adminPassword)).resolves.toBeDefined()
  })

  test('links are handed out with http, which opens without a warning', async () => {
    const { items } = await admin.call(api.links.list, {})
    expect(items.map(it => it.shareUrl)).toContain(`${server.url}/open`)
  })
})

describe('with both and sign-in without encryption', () => {
  test('people on the network may sign in over http, from the moment it is set', async () => {
    const { server, admin } = await start('')
    try {
      await expect(server.as('', server.adminPassword, { from })).rejects.toMatchObject({ code: 'https_required' })
      await admin.call(api.instance.update, { values: { 'tls.allow_http_login': true } })
      await expect(server.as('', server.adminPassword, { from })).resolves.toBeDefined()
      expect(await ask(server, { path: '/shut', headers: { Accept: 'text/html' } })).toBe('401')
    } finally {
      await server.stop()
    }
  })
})

describe('with encryption only, http leads to https and does nothing else', () => {
  let server: TestServer
  let admin: SignedIn
  beforeAll(async () => {
    ;({ server, admin } = await start('[tls]\nmode = "only"'))
  })
  afterAll(() => server.stop())

  const rows: readonly Row[] = [
    ['a link', { path: '/open?a=b' }, '301 SECURE/open?a=b'],
    ['a look at a link', { method: 'HEAD', path: '/plan' }, '301 SECURE/plan'],
    ['the start page', { path: '/' }, '301 SECURE/'],
    ['a call', { path: '/api/v1/links' }, '301 SECURE/api/v1/links'],
    ['another host than ours', { path: '//evil.test/x' }, '301 SECURE//evil.test/x'],
    ['signing in', { method: 'POST', path: '/auth/login', headers: form, body: 'password=x' }, '403 https_required'],
    ['a change', { method: 'DELETE', path: '/api/v1/links/open' }, '403 https_required'],
    ['whether it lives', { path: '/healthz' }, '200'],
    ['the page about trust', { path: trustPaths.page }, '200'],
    ['its look', { path: '/static/pages.css' }, '200'],
    ['the profile for phones', { path: trustPaths.profile }, '200'],
    ['its QR code', { path: trustPaths.qr }, '200'],
  ]
  test.each(rows)('%s', async (_, request, answer) => {
    expect(await ask(server, { headers: { Accept: 'application/json' }, ...request })).toBe(answer)
  })

  test('a whole address is led to the same place', async () => {
    expect(await ask(server, { path: `${server.url}/open?a=b` })).toBe('301 SECURE/open?a=b')
    expect(await ask(server, { path: 'http://evil.test/open' })).toBe('421 unknown_host')
  })

  test('from this very computer too', async () => {
    const { status, headers } = await server.send({ path: '/open' })
    expect([status, headers['cache-control']]).toEqual([301, 'no-store'])
  })

  test('a host that is none of ours is led nowhere', async () => {
    expect(await ask(server, { path: '/', headers: { Host: 'evil.test' } })).toBe('421 unknown_host')
  })

  test('the desktop’s own door stays open', async () => {
    expect((await server.window.call(api.links.list, {})).total).toBe(4)
  })

  test('links are handed out with https, and back with http once it is switched off', async () => {
    const shareUrl = async () => (await server.window.call(api.links.get, { code: 'open' })).shareUrl
    expect(await shareUrl()).toBe(`${server.url.replace('http:', 'https:')}/open`)
    await server.window.call(api.instance.update, { values: { 'tls.mode': 'off' } })
    expect(await shareUrl()).toBe(`${server.url}/open`)
    expect(await ask(server, { path: '/open' })).toBe('302 https://example.com/')
    await server.window.call(api.instance.update, { values: { 'tls.mode': 'only' } })
    expect(await ask(server, { path: '/open' })).toBe('301 SECURE/open')
    expect((await admin.call(api.sharing.get, {})).url).toMatch(/^https:/)
  })
})

describe('without encryption', () => {
  test('everything goes over http', async () => {
    const { server } = await start('[tls]\nmode = "off"')
    try {
      const other = await server.as('', server.adminPassword, { from })
      expect((await other.call(api.links.list, {})).total).toBe(4)
    } finally {
      await server.stop()
    }
  })
})

describe('a port that leads to https', () => {
  const freePort = async (): Promise<number> => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => holder.once('listening', resolve))
    const { port } = holder.address() as AddressInfo
    await new Promise(resolve => holder.close(resolve))
    return port
  }
  const askAt = async (port: number, path: string, init: RequestInit = {}): Promise<string> => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual', ...init })
    return `${reply.status} ${reply.headers.get('location') ?? ''}`.trim()
  }
  const isShut = (port: number) =>
    askAt(port, '/').then(
      () => undefined,
      () => true,
    )

  test('it opens, moves and closes as it is set, and with sharing', async () => {
    const { server, admin } = await start('')
    try {
      const [first, second] = [await freePort(), await freePort()]
      const secure = server.url.replace('http:', 'https:')
      await admin.call(api.instance.update, { values: { 'server.redirect_port': first } })
      expect(await eventually(() => askAt(first, '/open?a=b').catch(() => undefined))).toBe(`301 ${secure}/open?a=b`)
      expect(await askAt(first, '/auth/login', { method: 'POST' })).toBe('403')
      expect(await askAt(first, trustPaths.page)).toBe('200')

      await admin.call(api.instance.update, { values: { 'server.redirect_port': second } })
      expect(await eventually(() => askAt(second, '/').catch(() => undefined))).toBe(`301 ${secure}/`)
      await eventually(() => isShut(first))

      await server.window.call(api.sharing.update, { on: false })
      await eventually(() => isShut(second))
      await server.window.call(api.sharing.update, { on: true })
      expect(await eventually(() => askAt(second, '/').catch(() => undefined))).toBe(`301 ${secure}/`)
    } finally {
      await server.stop()
    }
  })

  test('one that is taken is told, and keeps nobody from their links', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => holder.once('listening', resolve))
    const { port } = holder.address() as AddressInfo
    const { server, admin } = await start(`[server]\nredirect_port = ${port}`)
    try {
      const problem = await eventually(async () => {
        const { items } = await admin.call(api.problems.list, {})
        return items.find(it => it.entry === 'server.redirect_port')
      })
      expect(problem).toMatchObject({
        file: 'config/config.toml',
        detail: expect.stringContaining(`Port ${port} is taken`),
      })
      expect(await ask(server, { path: '/open' })).toBe('302 https://example.com/')
    } finally {
      await server.stop()
      holder.close()
    }
  })
})
