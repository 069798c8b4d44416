import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { hostname, networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

/**
 * Which `Host` and which `Origin` open what, byte by byte over a bare socket: no client of HTTP is in between that would
 * set a header right.
 */

let server: TestServer
let admin: SignedIn
let uiDir: string

beforeAll(async () => {
  uiDir = await mkdtemp(join(tmpdir(), 't8-ui-'))
  await mkdir(join(uiDir, 'static'))
  await writeFile(join(uiDir, 'index.html'), '<!doctype html><title>Trunk8</title>')
  const config = `[server]
allowed_hosts = ["files.example.com", "proxy.example.com:8443"]
public_url = "https://share.example.com/"
[tls]
allow_http_login = true
`
  server = await startTestServer({ config, uiDir })
  admin = await server.as()
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'open' })
  await admin.call(api.links.create, {
    type: 'redirect',
    url: 'https://example.com',
    code: 'gated',
    password: 'sesame',
  })
})
afterAll(async () => {
  await server.stop()
  await rm(uiDir, { recursive: true })
})

/** Sends these lines and this body as they are → the status of the answer, and its headers. */
function speak(lines: readonly string[], body = ''): Promise<{ status: number; head: string }> {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const text = `${[...lines, ...length, 'Connection: close', '', ''].join('\r\n').replaceAll('PORT', port())}${body}`
  return new Promise((resolve, reject) => {
    const socket = connect(server.running.sharing.port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', data => {
      answer += data
    })
    socket.once('error', reject).once('close', () => {
      const [head = ''] = answer.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head })
    })
  })
}

const port = () => String(server.running.sharing.port)
const cookie = () => `Cookie: ${admin.cookie}`
const json = 'Content-Type: application/json'
const form = 'Content-Type: application/x-www-form-urlencoded'

/** What is tried with each row, and what it answers where nothing is in its way. */
const asked = {
  page: (hosts: readonly string[]) => speak(['GET / HTTP/1.1', ...hosts]),
  read: (hosts: readonly string[]) => speak(['GET /api/v1/links HTTP/1.1', ...hosts, cookie()]),
  link: (hosts: readonly string[]) => speak(['GET /open HTTP/1.1', ...hosts]),
  change: (hosts: readonly string[]) =>
    speak(
      ['PATCH /api/v1/me HTTP/1.1', ...hosts, cookie(), `X-Trunk8-CSRF: ${admin.csrfToken}`, json],
      '{"displayName":"Admin"}',
    ),
  signIn: (hosts: readonly string[]) =>
    speak(['POST /auth/login HTTP/1.1', ...hosts, form], `password=${encodeURIComponent(server.adminPassword)}`),
  unlock: (hosts: readonly string[]) => speak(['POST /gated HTTP/1.1', ...hosts, form], 'password=sesame'),
} as const

const usual = { page: 200, read: 200, link: 302, change: 200, signIn: 303, unlock: 303 }

async function answers(hosts: readonly string[]): Promise<Record<string, number>> {
  const all = await Promise.all(
    Object.entries(asked).map(async ([name, ask]) => {
      const { status, head } = await ask(hosts)
      expect(head).not.toMatch(/^access-control/im)
      return [name, status]
    }),
  )
  return Object.fromEntries(all)
}

const every = (status: number) => Object.fromEntries(Object.keys(usual).map(name => [name, status]))

const own = Object.values(networkInterfaces()).flatMap(infos => infos ?? [])
const ownAddresses = own
  .filter(({ scopeid }) => !scopeid)
  .map(({ family, address }) => (family === 'IPv6' ? `[${address}]` : address))

describe('by its Host', () => {
  test.each([
    ...['127.0.0.1:PORT', '127.0.0.1', 'localhost:PORT', 'localhost', 'LocalHost:PORT', 'localhost.:PORT'],
    ...[
      'trunk8.localhost:PORT',
      `${hostname()}:PORT`,
      `${hostname()}.local`,
      `${hostname().toUpperCase()}.LOCAL.:PORT`,
    ],
    ...['files.example.com', 'FILES.EXAMPLE.COM.', 'proxy.example.com:8443', 'share.example.com', '[::ffff:127.0.0.1]'],
    ...ownAddresses.map(address => `${address}:PORT`),
  ])('answers to %s', async host => {
    expect(await answers([`Host: ${host}`])).toEqual(usual)
  })

  test.each([
    ...['evil.test', 'evil.test:PORT', 'localhost.evil.test', '127.0.0.1.evil.test:PORT', 'evil-localhost'],
    ...[
      'files.example.com.evil.test',
      'example.com',
      'xfiles.example.com',
      'localhost..',
      'share.example.com.evil.test',
    ],
    ...['8.8.8.8', '192.0.2.7:PORT', '127.0.0.2', '0.0.0.0', '[2001:db8::7]:PORT', '[::]'],
    ...['127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '127.0.0.01', 'xn--lcalhost-y4a'],
  ])('answers nothing but 421 to %s', async host => {
    expect(await answers([`Host: ${host}`])).toEqual(every(421))
  })

  test.each([
    ...['', 'a b', 'user@127.0.0.1', 'user:word@localhost:PORT', '127.0.0.1:', '127.0.0.1:x', '127.0.0.1:123456'],
    ...['[::1', '::1', 'localhost/evil', 'localhost?x', 'localhost#x', 'localhost,evil.test', 'http://localhost'],
  ])('answers nothing but 400 to %j', async host => {
    expect(await answers([`Host: ${host}`])).toEqual(every(400))
  })

  test.each([
    ['none at all', []],
    ['two that are the same', ['Host: 127.0.0.1:PORT', 'Host: 127.0.0.1:PORT']],
    ['a good one before a bad one', ['Host: localhost', 'Host: evil.test']],
    ['a bad one before a good one', ['Host: evil.test', 'hOsT: localhost']],
  ])('answers nothing but 400 to %s', async (_, hosts) => {
    expect(await answers(hosts)).toEqual(every(400))
  })

  test.each([
    ['GET http://evil.test/open HTTP/1.1', 'Host: 127.0.0.1:PORT'],
    ['GET http://127.0.0.1:PORT/open HTTP/1.1', 'Host: evil.test'],
  ])('an address in the request line is no way round it: %s', async (line, host) => {
    expect((await speak([line, host])).status).toBeGreaterThanOrEqual(400)
  })

  test.each([
    'X-Forwarded-Host: localhost',
    'X-Host: localhost',
    'Forwarded: host=localhost',
    'X-Original-Host: localhost',
  ])('nobody says otherwise by %s', async line => {
    expect(await answers(['Host: evil.test', line])).toEqual(every(421))
  })
})

/** Where only looks pass. */
const closed = { ...usual, change: 403, signIn: 403, unlock: 403 }

describe('by its Origin', () => {
  const from = (...lines: readonly string[]) => answers(['Host: 127.0.0.1:PORT', ...lines])

  test.each([
    ...['http://127.0.0.1:PORT', 'http://localhost:PORT', 'http://LOCALHOST:PORT', `http://${hostname()}:PORT`],
    ...[`http://${hostname()}.local:PORT`, 'http://x.localhost:PORT', 'https://share.example.com'],
    ...['https://files.example.com', 'http://files.example.com', 'https://proxy.example.com:8443'],
  ])('takes changes from %s', async origin => {
    expect(await from(`Origin: ${origin}`)).toEqual(usual)
  })

  test.each([
    ...['null', 'http://evil.test', 'http://evil.test:PORT', 'https://example.com', 'http://localhost.evil.test:PORT'],
    // Another port of this very host is `same-site` to a browser, which sends its cookies along.
    ...['http://127.0.0.1', 'http://127.0.0.1:1', 'http://localhost:8080', 'https://localhost'],
    ...[
      'http://share.example.com',
      'https://share.example.com:8443',
      'https://proxy.example.com',
      'https://xshare.example.com',
    ],
    ...['http://192.0.2.7:PORT', 'http://[2001:db8::1]:PORT', 'file://', 'chrome-extension://abc', 'localhost:PORT'],
    ...[
      'http://localhost:PORT, http://evil.test',
      'http://evil.test http://localhost:PORT',
      'http://localhost@evil.test:PORT',
    ],
  ])('takes no change from %s', async origin => {
    expect(await from(`Origin: ${origin}`)).toEqual(closed)
  })

  test('takes no change where one of two is foreign', async () => {
    expect(await from('Origin: http://127.0.0.1:PORT', 'Origin: http://evil.test')).toEqual(closed)
  })

  test('opens no stream of events to a page of another site', async () => {
    const ask = async (origin: string) =>
      (await speak(['HEAD /api/v1/events HTTP/1.1', 'Host: 127.0.0.1:PORT', cookie(), `Origin: ${origin}`])).status
    expect([await ask('http://127.0.0.1:PORT'), await ask('null'), await ask('http://evil.test')]).toEqual([
      200, 403, 403,
    ])
  })
})

describe('where its Origin is left out', () => {
  const from = (...lines: readonly string[]) => answers(['Host: 127.0.0.1:PORT', ...lines])

  test.each(['same-origin', 'none'])('takes changes with Sec-Fetch-Site: %s', async site => {
    expect(await from(`Sec-Fetch-Site: ${site}`)).toEqual(usual)
  })

  test.each(['cross-site', 'same-site', 'anything', 'same-origin, cross-site'])(
    'takes none with Sec-Fetch-Site: %s',
    async site => {
      expect(await from(`Sec-Fetch-Site: ${site}`, 'Referer: http://127.0.0.1:PORT/')).toEqual(closed)
    },
  )

  test.each(['http://127.0.0.1:PORT/links', 'https://share.example.com/x?y'])(
    'takes changes with Referer: %s',
    async it => {
      expect(await from(`Referer: ${it}`)).toEqual(usual)
    },
  )

  test.each(['http://evil.test/', 'http://127.0.0.1:1/', 'about:blank', 'nothing that is an address'])(
    'takes none with Referer: %s',
    async it => {
      expect(await from(`Referer: ${it}`)).toEqual(closed)
    },
  )

  test('takes changes with the session’s token, and signs a program in', async () => {
    expect(await from()).toEqual(usual)
  })

  test.each([
    ['no token', []],
    ['a wrong token', ['X-Trunk8-CSRF: 123']],
    ['the token of another session', ['X-Trunk8-CSRF: OTHER']],
  ])('takes no change with %s', async (_, lines) => {
    const other = (await server.as()).csrfToken
    const change = [
      ...['PATCH /api/v1/me HTTP/1.1', 'Host: 127.0.0.1:PORT', cookie(), json],
      ...lines.map(line => line.replace('OTHER', other)),
    ]
    for (const more of [[], ['Origin: http://127.0.0.1:PORT'], ['Sec-Fetch-Site: same-origin']]) {
      expect((await speak([...change, ...more], '{"displayName":"Admin"}')).status).toBe(403)
    }
  })
})

test.each([
  ['https://127.0.0.1:PORT', 200],
  ['https://localhost:PORT', 200],
  ['https://share.example.com', 200],
  // Whoever sits on the way writes what comes over http.
  ['http://127.0.0.1:PORT', 403],
  ['http://localhost:PORT', 403],
  ['http://files.example.com', 403],
  ['null', 403],
])('over https, a change from %s: %i', async (origin, status) => {
  const secure = await server.as(undefined, undefined, { isSecure: true })
  const headers = { 'Content-Type': 'application/json', Origin: origin.replace('PORT', port()) }
  const reply = await secure.send({ method: 'PATCH', path: '/api/v1/me', body: '{"displayName":"Admin"}', headers })
  expect(reply.status).toBe(status)
})

test.each([
  ...['text/plain', 'application/x-www-form-urlencoded', 'text/plain; charset=application/json'],
  ...['multipart/form-data; boundary=x', 'application/json-patch', ''],
])('a change is JSON by its media type, which no form of another site can send: %j', async type => {
  const lines = ['PATCH /api/v1/me HTTP/1.1', 'Host: 127.0.0.1:PORT', cookie(), `X-Trunk8-CSRF: ${admin.csrfToken}`]
  const { status } = await speak([...lines, ...(type === '' ? [] : [`Content-Type: ${type}`])], '{"displayName":"No"}')
  expect(status).toBe(415)
})

test('nobody is told that another site may ask (CORS), before a change or after', async () => {
  const ask = ['Origin: http://evil.test', 'Access-Control-Request-Method: PATCH', cookie()]
  for (const path of ['/api/v1/me', '/api/v1/links', '/auth/login', '/open', '/', '/api/v1/events', '/static/x.js']) {
    const { head } = await speak([`OPTIONS ${path} HTTP/1.1`, 'Host: 127.0.0.1:PORT', ...ask])
    expect([path, /access-control/i.test(head)]).toEqual([path, false])
  }
})
