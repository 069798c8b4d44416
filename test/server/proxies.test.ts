import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { isInNetworks } from '../../src-server/http/networks.ts'
import { accessLines } from '../helpers/access-log.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const proxyAt = '127.0.0.9'
const config = (hops = 1) => `
[server]
public_url = "https://share.example.com"
allowed_hosts = ["files.example.com", "other.example.com:8443"]
[proxy]
trusted = ["${proxyAt}", "127.0.9.0/24", "::1"]
hops = ${hops}
`

describe('what counts as the visitor’s address', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ config: config() })
  })
  afterAll(() => server.stop())

  interface Sent {
    readonly host?: string
    readonly forwarded?: string | string[]
    readonly from?: string
    readonly others?: Record<string, string>
  }

  /** The address that is written down for one request. */
  async function addressOf({ host = 'share.example.com', forwarded, from = proxyAt, others = {} }: Sent) {
    const path = `/look-${Math.random()}`
    const headers = { Host: host, ...(forwarded && { 'X-Forwarded-For': forwarded }), ...others }
    const { status } = await server.send({ path, from, headers })
    const line = (await accessLines(server)).find(it => it.includes(path)) ?? (await lastWith(path))
    return { status, address: line?.split(' ')[0] }
  }
  async function lastWith(path: string) {
    for (let many = 1; ; many += 1) {
      const found = (await accessLines(server, many)).find(it => it.includes(path))
      if (found) return found
    }
  }

  test.each<[string, Sent, string]>([
    ['what a trusted proxy says counts', { forwarded: '192.0.2.7' }, '192.0.2.7'],
    ['of a list the last entry', { forwarded: '6.6.6.6, 192.0.2.7' }, '192.0.2.7'],
    ['of two headers the last entry', { forwarded: ['6.6.6.6', '192.0.2.7'] }, '192.0.2.7'],
    ['nonsense left of it is the visitor’s own', { forwarded: 'unknown, <script>, 192.0.2.7' }, '192.0.2.7'],
    ['an IPv6 address', { forwarded: '2001:DB8:0::7' }, '2001:db8::7'],
    ['an IPv4 address that IPv6 wraps', { forwarded: '::ffff:192.0.2.7' }, '192.0.2.7'],
    ['a proxy of a trusted network', { from: '127.0.9.44', forwarded: '192.0.2.7' }, '192.0.2.7'],
    ['a further name', { host: 'files.example.com', forwarded: '192.0.2.7' }, '192.0.2.7'],
    ['a name with the proxy’s port', { host: 'files.example.com:8443', forwarded: '192.0.2.7' }, '192.0.2.7'],
    ['a name in capitals', { host: 'SHARE.example.com.', forwarded: '192.0.2.7' }, '192.0.2.7'],
    ['nobody’s without the name that was asked for', { host: 'localhost:5001', forwarded: '6.6.6.6' }, proxyAt],
    ['nobody’s without the list', {}, proxyAt],
    ['X-Real-IP is nobody’s word', { others: { 'X-Real-IP': '6.6.6.6' } }, proxyAt],
    ['Forwarded is nobody’s word', { others: { Forwarded: 'for=6.6.6.6' } }, proxyAt],
    ['what anybody else says does not count', { from: '127.0.0.66', forwarded: '6.6.6.6' }, '127.0.0.66'],
    ['not even nonsense', { from: '127.0.0.66', forwarded: 'unknown' }, '127.0.0.66'],
    ['nor what this computer says', { from: '127.0.0.1', forwarded: '6.6.6.6' }, '127.0.0.1'],
    ['nor a neighbour of the proxy', { from: '127.0.0.10', forwarded: '6.6.6.6' }, '127.0.0.10'],
  ])('%s', async (_, sent, address) => {
    expect(await addressOf(sent)).toEqual({ status: 404, address })
  })

  test.each(['unknown', '', '192.0.2.7:5001', '0x7f.1', '2130706433', '192.0.2', '6.6.6.6, _hidden', '1.2.3.4,'])(
    'an entry that is no address is refused: %j',
    async forwarded => {
      const { status } = await addressOf({ forwarded: forwarded === '' ? ' , ' : forwarded })
      expect(status).toBe(400)
    },
  )

  test('the port that it forwards to is not a name that was asked for', async () => {
    const port = new URL(server.url).port
    expect(await addressOf({ host: `share.example.com:${port}`, forwarded: '6.6.6.6' })).toMatchObject({
      address: proxyAt,
    })
  })

  test('X-Forwarded-Host never names this server', async () => {
    const headers = { Host: 'share.example.com', 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Host': 'evil.test' }
    const reply = await server.send({ path: '/api/v1/session', from: proxyAt, headers })
    expect(reply.status).toBe(401)
    const evil = { Host: 'evil.test', 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Host': 'share.example.com' }
    expect((await server.send({ path: '/api/v1/session', from: proxyAt, headers: evil })).status).toBe(421)
  })
})

describe('through several proxies', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ config: config(2) })
  })
  afterAll(() => server.stop())

  test.each([
    ['6.6.6.6, 192.0.2.7, 198.51.100.1', '192.0.2.7'],
    ['192.0.2.7, 198.51.100.1', '192.0.2.7'],
    ['192.0.2.7', proxyAt],
  ])('%s: as many entries from the right as there are proxies', async (forwarded, address) => {
    const before = (await accessLines(server, 0)).length
    const headers = { Host: 'share.example.com', 'X-Forwarded-For': forwarded }
    await server.send({ path: '/x', from: proxyAt, headers })
    expect((await accessLines(server, before + 1)).at(-1)?.split(' ')[0]).toBe(address)
  })
})

describe('while it runs', () => {
  let server: TestServer | undefined
  afterEach(() => server?.stop())

  test('a proxy is trusted, and no longer, without a restart', async () => {
    server = await startTestServer({ config: '[server]\npublic_url = "https://share.example.com"\n' })
    const admin = await server.as()
    const look = async () => {
      const before = (await accessLines(server as TestServer, 1)).length
      const headers = { Host: 'share.example.com', 'X-Forwarded-For': '192.0.2.7' }
      await server?.send({ path: '/x', from: proxyAt, headers })
      return (await accessLines(server as TestServer, before + 1)).at(-1)?.split(' ')[0]
    }
    const trust = async (trusted: string[]) => {
      const before = (await accessLines(server as TestServer, 1)).length
      await admin.call(api.instance.update, {
        values: { 'proxy.trusted': trusted },
      })
      await accessLines(server as TestServer, before + 1)
    }
    await accessLines(server, 1)
    expect(await look()).toBe(proxyAt)
    await trust([proxyAt])
    expect(await look()).toBe('192.0.2.7')
    await trust([])
    expect(await look()).toBe(proxyAt)
  })
})

test.each<[string | undefined, string[], boolean]>([
  ['192.168.1.7', ['192.168.1.0/24'], true],
  ['192.168.2.7', ['192.168.1.0/24'], false],
  ['192.168.1.7', ['10.0.0.0/8', '192.168.1.7'], true],
  ['::ffff:192.168.1.7', ['192.168.1.0/24'], true],
  ['192.168.1.7', ['::ffff:192.168.1.0/120'], true],
  ['192.168.1.7', ['0.0.0.0/0'], true],
  ['2001:db8::7', ['0.0.0.0/0'], false],
  ['192.168.1.7', ['::/0'], false],
  ['2001:db8::7', ['2001:DB8::/32'], true],
  ['fe80::7%eth0', ['fe80::/10'], true],
  ['127.0.0.66', ['127.0.0.1'], false],
  ['0x7f.1', ['127.0.0.0/8'], false],
  ['2130706433', ['127.0.0.0/8'], false],
  ['', ['0.0.0.0/0'], false],
  [undefined, ['0.0.0.0/0', '::/0'], false],
  ['192.168.1.7', [], false],
])('%s in %j: %s', (address, list, expected) => {
  expect(isInNetworks(address, list)).toBe(expected)
})

describe('what is seen of proxies', () => {
  let server: TestServer
  afterEach(() => server.stop())
  const findings = async () => (await server.window.call(api.proxies.get, {})).findings

  test('one on this computer that is not trusted is told, others could be making it up', async () => {
    server = await startTestServer({ owner: true })
    await server.send({ path: '/x', from: '127.0.0.66', headers: { 'X-Forwarded-For': '192.0.2.7' } })
    expect(await findings()).toEqual([])
    await server.send({ path: '/x', headers: { 'X-Forwarded-For': '192.0.2.7' } })
    await server.send({ path: '/healthz', headers: { 'X-Forwarded-For': '192.0.2.7' } })
    expect(await findings()).toMatchObject([{ kind: 'untrusted', address: '127.0.0.1', times: 2 }])
    await server.window.call(api.instance.update, { values: { 'proxy.trusted': ['127.0.0.1'] } })
    expect(await findings()).toEqual([{ kind: 'no_public_name' }])
    await server.window.call(api.instance.update, { values: { 'server.public_url': 'https://share.example.com' } })
    expect(await findings()).toEqual([])
  })
})
