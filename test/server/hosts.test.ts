import { connect } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer

beforeAll(async () => {
  const config =
    '[server]\nallowed_hosts = ["files.example.com", "Proxy.Example.com:8443"]\npublic_url = "https://share.example.com/"\n'
  server = await startTestServer({ config, owner: true })
})
afterAll(() => server.stop())

const statusFor = async (host: string) =>
  (await server.send({ path: '/api/v1/session', headers: { Host: host } })).status
const ownAddresses = Object.values(networkInterfaces()).flatMap(infos => infos ?? [])
const ownIpv4 = ownAddresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address)

test.each([
  ...['127.0.0.1', '127.0.0.1:5001', 'localhost', 'LOCALHOST:1', 'localhost.', 'trunk8.localhost'],
  ...[hostname(), `${hostname()}.local`, `${hostname().toUpperCase()}.LOCAL.`],
  ...['files.example.com', 'FILES.example.com:5001', 'proxy.example.com', 'share.example.com', 'share.example.com:443'],
  ...ownIpv4,
])('answers to %s', async host => {
  expect(await statusFor(host)).toBe(401)
})

test.each([
  ...[
    'evil.test',
    'evil.test:5001',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'xlocalhost',
    'files.example.com.evil.test',
  ],
  ...['192.0.2.250', '8.8.8.8', '[2001:db8::1]', '0.0.0.0', '127.1', '2130706433', 'example.com'],
])('does not answer to %s', async host => {
  expect(await statusFor(host)).toBe(421)
})

test.each([
  ' ',
  'a b',
  'user@127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:x',
  '127.0.0.1:999999',
  '127.0.0.1:65536',
  '[::1',
  'a/b',
  '::1',
  'xn--a.localhost',
])('cannot read the host %j', async host => {
  expect(await statusFor(host)).toBe(400)
})

test('says how to allow a name', async () => {
  const reply = await server.send({ path: '/', headers: { Host: 'nas.home:5001' } })
  expect(reply.json).toMatchObject({
    code: 'unknown_host',
    detail: expect.stringContaining('add "nas.home" to allowed_hosts'),
  })
})

test('share links are no way around it', async () => {
  expect((await server.send({ path: '/some-code', headers: { Host: 'evil.test' } })).status).toBe(421)
})

test.each(['', 'Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n', 'Host: 127.0.0.1\r\nhOST: evil.test\r\n'])(
  'takes exactly one host header: %j',
  async hosts => {
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.running.sharing.port, '127.0.0.1', () => {
        socket.write(`GET /healthz HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`)
      })
      let text = ''
      socket.on('data', data => {
        text += data
      })
      socket.once('error', reject).once('close', () => resolve(text))
    })
    expect(reply).toMatch(/^HTTP\/1\.1 400 /)
  },
)

test('the desktop may use any name at its own door', async () => {
  expect((await server.window.send({ path: '/api/v1/session', headers: { Host: 'trunk8' } })).status).toBe(200)
})

test.each([
  ['https://share.example.com', 204],
  ['https://files.example.com', 204],
  ['https://proxy.example.com:8443', 204],
  ['https://proxy.example.com', 403],
  ['http://share.example.com', 403],
  ['https://share.example.com:444', 403],
  ['https://evil.test', 403],
])('a change from a page of %s: %i', async (origin, status) => {
  const admin = await server.as()
  const reply = await admin.send({ method: 'POST', path: '/auth/logout', headers: { Origin: origin } })
  expect(reply.status).toBe(status)
})
