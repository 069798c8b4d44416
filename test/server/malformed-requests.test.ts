import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectSecurely } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { soon } from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

/** What comes back for these bytes, until the server has closed. */
function sendBytes(text: string, { isSecure = false } = {}): Promise<string> {
  const { port } = server.running.sharing
  return new Promise((resolve, reject) => {
    const socket = isSecure
      ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connect(port, '127.0.0.1')
    socket.write(text, 'latin1')
    let reply = ''
    socket.setEncoding('latin1').on('data', data => {
      reply += data
    })
    socket.once('error', reject).once('close', () => resolve(reply))
  })
}

const withHost = (lines: string, line = 'GET /none HTTP/1.1') => `${line}\r\nHost: 127.0.0.1\r\n${lines}\r\n\r\n`
const login = (lines: string) =>
  withHost(`Content-Type: application/json\r\nConnection: close\r\n${lines}`, 'POST /auth/login HTTP/1.1')
const closing = 'Connection: close'

const malformed: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ['no Host at all', `GET / HTTP/1.1\r\n${closing}\r\n\r\n`, 400],
  ['two Hosts', withHost(`Host: 127.0.0.1\r\n${closing}`), 400],
  ['two Hosts that contradict each other', withHost(`Host: evil.test\r\n${closing}`), 400],
  ['an empty Host', `GET / HTTP/1.1\r\nHost:\r\n${closing}\r\n\r\n`, 400],
  ['HTTP/0.9', 'GET /\r\n\r\n', 400],
  ['HTTP/2.0 where nobody speaks it', withHost(closing, 'GET / HTTP/2.0'), 400],
  ['HTTP/1.2, which there is not', withHost(closing, 'GET / HTTP/1.2'), 400],
  ['the beginning of HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['a length and chunks', login('Content-Length: 4\r\nTransfer-Encoding: chunked'), 400],
  ['two lengths', login('Content-Length: 4\r\nContent-Length: 5'), 400],
  ['two lengths that are equal', login('Content-Length: 4\r\nContent-Length: 4'), 400],
  ['a list of lengths', login('Content-Length: 4, 4'), 400],
  ['a length with a sign', login('Content-Length: +4'), 400],
  ['a coding that hides chunks', login('Transfer-Encoding: xchunked'), 400],
  ['a coding after the chunks', login('Transfer-Encoding: chunked, identity'), 400],
  ['a coding that nobody asked for', login('Transfer-Encoding: gzip, chunked'), 400],
  ['chunks in HTTP/1.0', withHost('Transfer-Encoding: chunked', 'POST /auth/login HTTP/1.0'), 400],
  ['a chunk of no size', `${login('Transfer-Encoding: chunked')}zz\r\n`, 400],
  ['a header that goes on in the next line', withHost('X: a\r\n b'), 400],
  ['a header that goes on after a tab', withHost('X: a\r\n\tb'), 400],
  ['a space before the colon', withHost('Content-Length : 4'), 400],
  ['a header without a name', withHost(': a'), 400],
  ['a header without a colon', withHost('bad header'), 400],
  ['a line that ends in a bare LF', 'GET / HTTP/1.1\nHost: 127.0.0.1\n\n', 400],
  ['a header that ends in a bare LF', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\nX: a\r\n\r\n', 400],
  ['a bare CR in a header', withHost('X: a\rb'), 400],
  ['NUL in a header', withHost('X: a\0b'), 400],
  ['NUL in the address', withHost(closing, 'GET /a\0b HTTP/1.1'), 400],
  ['NUL in the address, escaped', withHost(closing, 'GET /a%00b HTTP/1.1'), 400],
  ['an escape that is none', withHost(closing, 'GET /%zz HTTP/1.1'), 400],
  ['an escape that is half', withHost(closing, 'GET /a% HTTP/1.1'), 400],
  ['an escape of no letter', withHost(closing, 'GET /%C3%28 HTTP/1.1'), 400],
  ['bytes that are no ASCII in the address', withHost(closing, 'GET /\xe9 HTTP/1.1'), 400],
  ['an address that is no path', withHost(closing, 'GET none HTTP/1.1'), 400],
  ['an address with a fragment', withHost(closing, 'GET /a#b HTTP/1.1'), 400],
  ['an address with a fragment behind a name', withHost(closing, 'GET //a@[b#c HTTP/1.1'), 400],
  ['an address at a server of no name', withHost(closing, 'GET http://[::1 HTTP/1.1'), 400],
  ['an address at a server without a port', withHost(closing, 'GET http://[::1]:x/ HTTP/1.1'), 400],
  ['an address at a name that is none', withHost(closing, 'GET http://xn--a/ HTTP/1.1'), 400],
  ['an address of another scheme', withHost(closing, 'GET ftp://[x HTTP/1.1'), 400],
  ['the whole server', withHost(closing, 'OPTIONS * HTTP/1.1'), 400],
  ['an address at another server', withHost(closing, 'GET http://evil.test/ HTTP/1.1'), 421],
  ['a tunnel', withHost(closing, 'CONNECT evil.test:443 HTTP/1.1'), 405],
  ['a method that there is not', withHost(closing, 'STEAL / HTTP/1.1'), 400],
  ['a method in small letters', withHost(closing, 'get / HTTP/1.1'), 400],
  ['headers of more than 16 KiB', withHost(`X: ${'x'.repeat(17_000)}`), 431],
  ['an address of more than 16 KiB', withHost(closing, `GET /${'x'.repeat(17_000)} HTTP/1.1`), 431],
  [
    'more than 100 headers',
    withHost([closing, ...Array.from({ length: 100 }, (_, index) => `X${index}: y`)].join('\r\n')),
    431,
  ],
]

const wanted = [
  'x-frame-options: SAMEORIGIN',
  'x-content-type-options: nosniff',
  "content-security-policy: default-src 'self'",
]

describe('a request is refused with all headers, and the server goes on, when it has', () => {
  test.each(malformed)('%s', async (_what, bytes, status) => {
    const reply = await sendBytes(bytes)
    expect(reply).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    for (const line of wanted) expect(reply.toLowerCase()).toContain(line.toLowerCase())
    expect(reply).toMatch(/^content-type: application\/problem\+json/im)
    expect(reply).toMatch(/^cache-control: no-store/im)
    expect((await server.send({ path: '/healthz' })).status).toBe(200)
  })
})

test('within TLS it is refused just so', async () => {
  for (const [, bytes, status] of malformed) {
    expect(await sendBytes(bytes, { isSecure: true })).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  }
})

test('what was refused is in the access log, also where it was no request at all', async () => {
  await sendBytes(withHost('X: a\0b'))
  await sendBytes(withHost('Host: 127.0.0.1\r\nConnection: close\r\nUser-Agent: two-hosts'))
  const log = () => readFile(join(server.dataDir, 'logs/access.log'), 'utf8')
  await vi.waitFor(async () => {
    expect(await log()).toMatch(/^127\.0\.0\.1 - - \[.*\] "-" 400 \d+ "-" "-"$/m)
    expect(await log()).toMatch(/^127\.0\.0\.1 - - \[.*\] "GET \/none HTTP\/1\.1" 400 \d+ "-" "two-hosts"$/m)
  }, soon)
})

test('the second of two requests is read where the first one ends, and nowhere else', async () => {
  const hidden = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
  const first = withHost(
    `Content-Length: ${hidden.length}\r\nContent-Type: application/json`,
    'POST /auth/login HTTP/1.1',
  )
  const reply = await sendBytes(`${first}${hidden}${withHost(closing)}`)
  expect(reply.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 404'])
})

test('an old client of HTTP/1.0 is served, and an unknown expectation is none of ours', async () => {
  expect(await sendBytes('GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  expect(await sendBytes(withHost(`Expect: miracles\r\n${closing}`, 'GET /healthz HTTP/1.1'))).toMatch(
    /^HTTP\/1\.1 200 /,
  )
})
