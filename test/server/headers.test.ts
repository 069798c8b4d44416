import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { instanceSettings } from '../../src-server/contract/instance.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ config: '[server]\nname = "Ann’s <desk>"\n' })
})
afterAll(() => server.stop())

const wanted = {
  'x-frame-options': 'SAMEORIGIN',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': instanceSettings['headers.permissions_policy'].default,
}
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

/** What comes back for bytes that are no HTTP. */
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

describe('every answer carries the security headers', () => {
  test.each([
    ['the page', 200, '/healthz', {}],
    ['a missing page', 404, '/static/none.js', {}],
    ['an unknown call', 404, '/api/v1/none', {}],
    ['no session', 401, '/api/v1/session', {}],
    ['a foreign host', 421, '/', { Host: 'evil.test' }],
    ['an unreadable host', 400, '/', { Host: 'a b' }],
  ])('%s: %i', async (_, status, path, headers) => {
    const reply = await server.send({ path, headers })
    expect(reply.status).toBe(status)
    expect(reply.headers).toMatchObject({ ...wanted, 'content-security-policy': policy })
  })

  test('HTTP that cannot be parsed: 400', async () => {
    const reply = await sendBytes('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nbad header\r\n\r\n')
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    for (const [name, value] of Object.entries(wanted))
      expect(reply.toLowerCase()).toContain(`${name}: ${value.toLowerCase()}`)
    expect(reply).toContain('"code":"bad_request"')
  })

  test('headers of more than 16 KiB: 431', async () => {
    expect(await sendBytes(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
  })

  test('HTTP/0.9 is not answered with a page', async () => {
    expect(await sendBytes('GET /\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('both a length and chunks: 400', async () => {
    const both =
      'POST /auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n'
    expect(await sendBytes(both)).toMatch(/^HTTP\/1\.1 400 /)
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
