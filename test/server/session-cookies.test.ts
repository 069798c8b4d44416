import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { createSessionCookie } from '../../src-server/sessions/cookie.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: Server | undefined
afterEach(() => {
  server?.close()
})

const cookie = createSessionCookie(() => 't8_abc123')

/** What the cookie does with a visitor who came over this scheme, whatever the connection to us is. */
async function ask(scheme: 'http' | 'https', path: string, Cookie = '') {
  const app = new Koa()
  app.use(ctx => {
    ctx.state.client = { scheme }
    if (ctx.path === '/write') cookie.write(ctx, 'the-id')
    if (ctx.path === '/remember') cookie.write(ctx, 'the-id', 3_600_000)
    if (ctx.path === '/clear') cookie.clear(ctx)
    ctx.body = { read: cookie.read(ctx) ?? null }
  })
  server = createServer(app.callback()).listen(0, '127.0.0.1')
  await new Promise(resolve => server?.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Cookie } })
  const { read } = (await reply.json()) as { read: string | null }
  server.close()
  return { read, set: reply.headers.getSetCookie() }
}

describe('a session that began over https', () => {
  let real: TestServer
  beforeAll(async () => {
    real = await startTestServer()
  })
  afterAll(() => real.stop())

  test('goes on over https, is nothing over http, and ends for both when one signs out', async () => {
    const plain = await real.as()
    const secure = await real.as('', real.adminPassword, { isSecure: true, from: '127.0.0.66' })
    expect(secure.setCookie).toMatch(/^__Host-t8_[0-9a-f]{6}=[\w-]{43}; path=\/; samesite=lax; secure; httponly$/i)
    expect((await secure.call(api.sessions.get, {})).user.username).toBe('admin')
    const status = async (isSecure: boolean, Cookie: string) =>
      (await real.send({ path: '/api/v1/session', isSecure, headers: { Cookie } })).status
    expect(await status(false, secure.cookie)).toBe(401)
    const both = `${secure.cookie}; ${plain.cookie}`
    await secure.send({ method: 'POST', path: '/auth/logout', headers: { Cookie: both } })
    expect([await status(true, secure.cookie), await status(false, plain.cookie)]).toEqual([401, 401])
  })
})

describe('the cookie of a session', () => {
  test('over https is this host’s alone and never travels in the open', async () => {
    const { set } = await ask('https', '/write')
    expect(set).toEqual(['__Host-t8_abc123=the-id; path=/; samesite=lax; secure; httponly'])
  })

  test('over http does without what a browser takes over https alone', async () => {
    expect((await ask('http', '/write')).set).toEqual(['t8_abc123=the-id; path=/; samesite=lax; httponly'])
  })

  test('lasts as long as it was asked to', async () => {
    const [set = ''] = (await ask('https', '/remember')).set
    const left = Date.parse(/expires=([^;]+)/.exec(set)?.[1] ?? '') - Date.now()
    expect(Math.abs(left - 3_600_000)).toBeLessThan(30_000)
  })

  test('counts only as it fits the way the visitor came', async () => {
    const both = 't8_abc123=plain; __Host-t8_abc123=secure'
    expect((await ask('http', '/', both)).read).toBe('plain')
    expect((await ask('https', '/', both)).read).toBe('secure')
    expect((await ask('https', '/', 't8_abc123=plain')).read).toBeNull()
    expect((await ask('http', '/', '__Host-t8_abc123=secure')).read).toBeNull()
  })

  test('goes under both names when one signs out over https', async () => {
    const { set } = await ask('https', '/clear')
    expect(set.map(it => it.split('=', 1)[0])).toEqual(['__Host-t8_abc123', 't8_abc123'])
    expect(set[0]).toMatch(/expires=Thu, 01 Jan 1970 .*secure/)
    for (const it of set) expect(it).toContain('expires=Thu, 01 Jan 1970')
  })
})
