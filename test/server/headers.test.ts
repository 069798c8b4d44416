import { readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { api, type InstanceChanges, instanceSettings } from '../../src-server/contract/index.ts'
import { soon } from '../helpers/files.ts'
import { type RawReply, type SendOptions, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer({ config: '[server]\nname = "Ann’s <desk>"\n' })
  admin = await server.as('', undefined, { isSecure: true })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'away' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'secret' })
  await admin.call(api.links.update, { code: 'secret', password: 'open, sesame' })
})
afterAll(() => server.stop())

const wanted = {
  'x-frame-options': 'SAMEORIGIN',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'permissions-policy': instanceSettings['headers.permissions_policy'].default,
}
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; require-trusted-types-for 'script'"

/** What comes back for bytes as they are. */
function sendBytes(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.running.sharing.port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8').on('data', data => {
      text += data
    })
    socket.once('error', reject).once('close', () => resolve(text))
  })
}

const json = { 'Content-Type': 'application/json' }

interface Case {
  readonly status: number
  readonly ask: Omit<SendOptions, 'isSecure'>
}

/** Twelve addresses and all kinds of answers. */
const cases: readonly Case[] = [
  { status: 200, ask: { path: '/healthz' } },
  { status: 200, ask: { path: '/static/pages.css' } },
  { status: 200, ask: { path: '/away+' } },
  { status: 200, ask: { path: '/away/qr.svg' } },
  { status: 302, ask: { path: '/away' } },
  { status: 303, ask: { path: '/?code=away' } },
  { status: 304, ask: { path: '/static/pages.css', headers: { 'If-None-Match': '*' } } },
  { status: 400, ask: { path: '/', headers: { Host: 'a b' } } },
  { status: 401, ask: { path: '/api/v1/session' } },
  { status: 401, ask: { path: '/secret', headers: { Accept: 'text/html' } } },
  { status: 401, ask: { path: '/api/v1/links', method: 'POST', headers: json, body: '{}' } },
  { status: 404, ask: { path: '/static/none.js' } },
  { status: 404, ask: { path: '/none', headers: { Accept: 'text/html' } } },
  { status: 405, ask: { path: '/api/v1/session', method: 'PUT' } },
  { status: 413, ask: { path: '/auth/login', method: 'POST', headers: json, body: `"${'x'.repeat(70_000)}"` } },
  { status: 415, ask: { path: '/auth/login', method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'x' } },
  { status: 421, ask: { path: '/', headers: { Host: 'evil.test' } } },
  { status: 422, ask: { path: '/auth/login', method: 'POST', headers: json, body: '[1]' } },
]

function expectAll({ headers }: RawReply): void {
  expect(headers).toMatchObject(wanted)
  expect(headers['referrer-policy']).toMatch(/^(strict-origin-when-cross-origin|same-origin|no-referrer)$/)
  expect(headers['content-security-policy']).toMatch(/default-src '(self|none)'/)
}

describe('every answer carries the security headers, over http and https', () => {
  for (const { status, ask } of cases) {
    for (const isSecure of [false, true]) {
      test(`${status} ${ask.method ?? 'GET'} ${ask.path}, ${isSecure ? 'https' : 'http'}`, async () => {
        const reply = await server.send({ ...ask, isSecure })
        expect(reply.status).toBe(status)
        expectAll(reply)
      })
    }
  }

  test('403', async () => {
    for (const isSecure of [false, true]) {
      const { cookie } = await server.as('', undefined, { isSecure })
      const headers = { ...json, Cookie: cookie }
      const reply = await server.send({ path: '/api/v1/links', method: 'POST', headers, body: '{}', isSecure })
      expect(reply.status).toBe(403)
      expectAll(reply)
    }
  })

  test('301 to https, and 403 where nothing leads there', async () => {
    const strict = await startTestServer({ config: '[tls]\nmode = "only"\n' })
    try {
      const [moved, refused] = [
        await strict.send({ path: '/away' }),
        await strict.send({ path: '/auth/login', method: 'POST', headers: json, body: '{}' }),
      ]
      expect([moved.status, refused.status]).toEqual([301, 403])
      for (const reply of [moved, refused]) expectAll(reply)
    } finally {
      await strict.stop()
    }
  })

  test('429', async () => {
    const limited = await startTestServer({ isLimited: true, config: '[rate_limit]\ngeneral_burst = 0\n' })
    try {
      const from = '127.0.0.66'
      for (const isSecure of [false, true]) {
        await limited.send({ path: '/none', from, isSecure })
        const reply = await limited.send({ path: '/none', from, isSecure })
        expect(reply.status).toBe(429)
        expectAll(reply)
      }
    } finally {
      await limited.stop()
    }
  })

  test('500', async () => {
    const broken = await startTestServer()
    try {
      const admin = await broken.as('', undefined, { isSecure: true })
      await rm(join(broken.dataDir, 'users/admin'), { recursive: true })
      await writeFile(join(broken.dataDir, 'users/admin'), 'no folder')
      const body = JSON.stringify({ type: 'markdown', content: '# Here' })
      const reply = await admin.send({ path: '/api/v1/links', method: 'POST', headers: json, body })
      expect(reply.status).toBe(500)
      expectAll(reply)
    } finally {
      await broken.stop()
    }
  })
})

test('Trunk8’s own pages and calls have the strict policy, and no other site may take them as a part of its own', async () => {
  for (const path of ['/', '/api/v1/session', '/api/v1/none']) {
    const { headers } = await server.send({ path })
    expect(headers).toMatchObject({
      'content-security-policy': policy,
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
  }
  expect((await server.send({ path: '/' })).headers['cross-origin-opener-policy']).toBe('same-origin')
})

describe('an admin may change them', () => {
  const change = (values: InstanceChanges['values']) => admin.call(api.instance.update, { values })

  test('and every answer has the new ones at once, those to what is no request included', async () => {
    const own = "default-src 'self'; img-src 'self' https:"
    await change({
      'headers.content_security_policy': own,
      'headers.permissions_policy': 'camera=()',
      'headers.x_xss_protection': '0',
    })
    const now = { 'content-security-policy': own, 'permissions-policy': 'camera=()', 'x-xss-protection': '0' }
    expect((await server.send({ path: '/healthz' })).headers).toMatchObject(now)
    const raw = (await sendBytes('no HTTP\r\n\r\n')).toLowerCase()
    for (const [name, value] of Object.entries(now)) expect(raw).toContain(`\r\n${name}: ${value}\r\n`)
    await change({ 'headers.permissions_policy': '' })
    expect((await server.send({ path: '/healthz' })).headers).not.toHaveProperty('permissions-policy')
    await change({
      'headers.content_security_policy': null,
      'headers.permissions_policy': null,
      'headers.x_xss_protection': null,
    })
    expect((await server.send({ path: '/healthz' })).headers).toMatchObject({
      ...wanted,
      'content-security-policy': policy,
    })
  })

  test.each([
    ['a line that would begin a header of its own', "default-src 'self'\r\nSet-Cookie: a=b"],
    ['a bare line feed', "default-src 'self'\nX: y"],
    ['NUL', "default-src 'self'\0"],
    ['letters that no header may have', "default-src 'self' https://münchen.example"],
    ['a tab', "default-src\t'self'"],
    ['more than 4096 signs', 'x'.repeat(4097)],
  ])('but never to %s', async (_, value) => {
    for (const key of ['headers.content_security_policy', 'headers.permissions_policy'] as const) {
      await expect(change({ [key]: value })).rejects.toMatchObject({ code: 'invalid_input' })
    }
    await expect(change({ 'headers.x_xss_protection': value as '0' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect((await server.send({ path: '/healthz' })).headers['content-security-policy']).toBe(policy)
  })

  test('nor by hand: a file with such a value changes nothing', async () => {
    const path = join(server.dataDir, 'config/config.toml')
    const before = await readFile(path, 'utf8')
    await writeFile(path, `${before}\n[headers]\ncontent_security_policy = "a\\r\\nb"\n`)
    await vi.waitFor(async () => {
      const { items } = await admin.call(api.problems.list, {})
      expect(JSON.stringify(items)).toContain('content_security_policy')
    }, soon)
    expect((await server.send({ path: '/healthz' })).headers['content-security-policy']).toBe(policy)
    await writeFile(path, before)
    await vi.waitFor(async () => expect((await admin.call(api.problems.list, {})).items).toEqual([]), soon)
  })
})

describe('what goes wrong', () => {
  test('is told to programs as problem+json that no cache keeps', async () => {
    const reply = await server.send({ path: '/api/v1/none' })
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.json).toEqual({
      type: 'urn:trunk8:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There’s nothing at this address',
      code: 'not_found',
    })
  })

  test('is told to people as a page, but under /api', async () => {
    const Accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
    const page = await server.send({ path: '/none/at/all', headers: { Accept } })
    expect(page.status).toBe(404)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('Ann’s &lt;desk&gt;')
    expect(page.text).not.toMatch(/<script|style=|<style/)
    const call = await server.send({ path: '/api/v1/none', headers: { Accept } })
    expect(call.headers['content-type']).toBe('application/problem+json')
  })

  test('the wrong method is told which ones are right', async () => {
    const reply = await server.send({ method: 'PUT', path: '/api/v1/session' })
    expect([reply.status, reply.json]).toMatchObject([405, { code: 'method_not_allowed' }])
    expect(reply.headers.allow).toBe('HEAD, GET')
  })

  test.each([
    ['no JSON', '{"a":', 'application/json', 400, 'bad_json'],
    ['a prototype', '{"__proto__": {"isAdmin": true}}', 'application/json', 400, 'bad_json'],
    ['bare text', 'hello', 'text/plain', 415, 'unsupported_media_type'],
    ['no type at all', 'hello', '', 415, 'unsupported_media_type'],
    ['a form with a file', '--x--', 'multipart/form-data; boundary=x', 415, 'unsupported_media_type'],
    ['64 KiB and more', `"${'x'.repeat(65_536)}"`, 'application/json', 413, 'body_too_large'],
    ['a list', '[1]', 'application/json', 422, 'invalid_input'],
  ])('a body of %s: %#', async (_, body, type, status, code) => {
    const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type }
    const reply = await server.send({ method: 'POST', path: '/auth/login', body, headers })
    expect([reply.status, reply.json]).toMatchObject([status, { code }])
  })

  test('a body that says it is compressed and is not, or is not whole, is told so', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
    const whole = gzipSync('{"password": "wrong"}')
    const statuses = []
    for (const body of [whole, whole.subarray(0, 15), '{"password": "wrong"}', gzipSync('x'.repeat(1_000_000))]) {
      const { status, json } = await server.send({ method: 'POST', path: '/auth/login', body, headers })
      statuses.push([status, (json as { code: string }).code])
    }
    const broken = [400, 'bad_json']
    expect(statuses).toEqual([[401, 'bad_credentials'], broken, broken, [413, 'body_too_large']])
  })

  test('a body that is announced as too long is refused before it is sent', async () => {
    const head =
      'POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n'
    expect(await sendBytes(`${head}{`)).toMatch(/^HTTP\/1\.1 413 /)
  })
})

test('health is told to everybody, and nothing else with it', async () => {
  const reply = await server.send({ path: '/healthz', headers: { Host: 'whoever.test' } })
  expect([reply.status, reply.text]).toEqual([200, '{"status":"ok"}'])
})

test('the stylesheet of the pages comes from the server itself', async () => {
  const reply = await server.send({ path: '/static/pages.css' })
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8'])
  const again = await server.send({ path: '/static/pages.css', headers: { 'If-None-Match': reply.headers.etag ?? '' } })
  expect(again.status).toBe(304)
})
