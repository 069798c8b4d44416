import { readFile, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Ban } from '../../src-server/contract/bans.ts'
import { api } from '../../src-server/contract/index.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'

let server: TestServer
afterEach(() => server.stop())

const hash = '5025f28e456db739518a23036d572baaa620bb2fa76b35d648b72c6b648f12f6'
const withErin = { 'users/users.toml': `[users.admin]\nis_admin = true\n\n[users.erin]\npassword_hash = "${hash}"\n` }

/** Guesses come by plain http here, which other computers may use to sign in only where that is allowed. */
const overHttp = '[tls]\nallow_http_login = true\n\n'
const start = async ({ config = '', ...options }: TestServerOptions = {}) => {
  server = await startTestServer({ owner: true, config: overHttp + config, ...options })
}
const guess = (from: string, password = 'wrong', headers = {}) =>
  server.send({
    ...{ method: 'POST', path: '/auth/login', from },
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ password }),
  })
async function fail(from: string, times: number): Promise<number[]> {
  const statuses = []
  for (let round = 0; round < times; round += 1) statuses.push((await guess(from)).status)
  return statuses
}
const list = () => server.window.call(api.bans.list, {})
/** What the audit trail tells of bans. */
const audit = async () =>
  (await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
    .filter(({ action }) => ['ban', 'unban'].includes(action))
const secondsLeft = ({ until }: Ban) => (Date.parse(until) - Date.now()) / 1000

const stored = (ban: Partial<Record<'since' | 'until', Date>> & { seconds: number; why?: string }) => `
[bans."127.0.0.66"]
since = "${(ban.since ?? new Date()).toISOString()}"
until = "${(ban.until ?? new Date()).toISOString()}"
seconds = ${ban.seconds}
why = "${ban.why ?? 'sign_in'}"
`
const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1000)

test('the fifth failure shuts an address out of everything but the health check, and nobody else', async () => {
  await start()
  expect(await fail('127.0.0.66', 4)).toEqual([401, 401, 401, 401])
  expect((await list()).watching).toMatchObject([{ address: '127.0.0.66', failures: 4, why: 'sign_in' }])
  expect((await server.send({ path: '/nothing', from: '127.0.0.66' })).status).toBe(404)
  expect(await fail('127.0.0.66', 2)).toEqual([401, 403])

  for (const path of ['/', '/nothing', '/api/v1/session', '/api/v1/openapi.json', '/static/x.js', '/auth/login']) {
    const reply = await server.send({ path, from: '127.0.0.66' })
    expect([path, reply.status, reply.json]).toMatchObject([path, 403, { code: 'banned' }])
    const wait = Number(reply.headers['retry-after'])
    expect(wait).toBeGreaterThan(3590)
    expect(wait).toBeLessThanOrEqual(3600)
  }
  expect((await guess('127.0.0.66', server.adminPassword)).status).toBe(403)
  expect((await server.send({ path: '/healthz', from: '127.0.0.66' })).status).toBe(200)
  expect((await server.send({ path: '/nothing', from: '127.0.0.67' })).status).toBe(404)

  const { items, watching } = await list()
  expect(items).toMatchObject([{ address: '127.0.0.66', why: 'sign_in', failures: 5 }])
  expect(watching).toEqual([])
  await expect
    .poll(audit)
    .toMatchObject([{ actor: 'Trunk8', action: 'ban', target: '127.0.0.66', failures: 5, seconds: 3600 }])
  expect(await readFile(join(server.dataDir, 'logs/app.log'), 'utf8')).toMatch(
    /WARNING: 127\.0\.0\.66 is banned for 60 minutes/,
  )
})

test('a person who is shut out reads until when', async () => {
  await start({ config: '[bans]\nmax_retry = 1\nban_seconds = 720\n' })
  await fail('127.0.0.66', 1)
  const page = await server.send({ path: '/', from: '127.0.0.66', headers: { Accept: 'text/html' } })
  expect(page.status).toBe(403)
  expect(page.text).toContain('You’re shut out for now')
  expect(page.text).toContain('You can come back in 12 minutes')
  expect((await server.send({ path: '/static/pages.css', from: '127.0.0.66' })).status).toBe(200)
})

test('what an open connection asks next is refused too', async () => {
  await start()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { port } = new URL(server.url)
  const ask = () =>
    new Promise<{ status: number | undefined; port: number | undefined }>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/nothing', agent, localAddress: '127.0.0.66' }, reply => {
        const { localPort } = reply.socket
        reply.resume().once('end', () => resolve({ status: reply.statusCode, port: localPort }))
      })
        .once('error', reject)
        .end()
    })
  const before = await ask()
  await fail('127.0.0.66', 5)
  expect(await ask()).toEqual({ status: 403, port: before.port })
  agent.destroy()
})

test('the events of somebody who is shut out end', async () => {
  await start()
  const admin = await server.as('', server.adminPassword, { from: '127.0.0.66' })
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    const { port } = new URL(server.url)
    request(
      {
        host: '127.0.0.1',
        port,
        path: '/api/v1/events',
        localAddress: '127.0.0.66',
        headers: { Cookie: admin.cookie },
      },
      resolve,
    )
      .once('error', reject)
      .end()
  })
  const ended = new Promise<void>(resolve => stream.resume().once('end', resolve))
  await fail('127.0.0.66', 5)
  await ended
  expect((await admin.send({ path: '/api/v1/session' })).status).toBe(403)
})

test('a ban outlives a restart, and ends when its time is over', async () => {
  await start()
  await fail('127.0.0.66', 5)
  const [before] = (await list()).items
  await server.restart()
  expect((await list()).items).toMatchObject([{ address: '127.0.0.66', why: 'sign_in', failures: 5 }])
  expect((await server.send({ path: '/', from: '127.0.0.66' })).status).toBe(403)
  const [after] = (await list()).items
  expect(Math.abs(Date.parse(after?.until ?? '') - Date.parse(before?.until ?? ''))).toBeLessThan(2000)
})

test('a ban that is over ends by itself, and is gone from the file', async () => {
  await start({ config: '[bans]\nmax_retry = 1\nban_seconds = 1\n' })
  await fail('127.0.0.66', 1)
  await expect.poll(async () => (await server.send({ path: '/nothing', from: '127.0.0.66' })).status).toBe(404)
  await expect.poll(async () => (await list()).items).toEqual([])
  await expect.poll(() => readFile(join(server.dataDir, 'state/bans.toml'), 'utf8')).not.toContain('127.0.0.66')
})

test('no clock makes a ban longer than it was meant to be', async () => {
  const left = async (text: string) => {
    await start({ files: { 'state/bans.toml': text } })
    const [ban] = (await list()).items
    await server.stop()
    return ban && Math.round(secondsLeft(ban) / 60)
  }
  // Set forward by a day when it was written, and right again now.
  expect(await left(stored({ since: fromNow(86_400), until: fromNow(90_000), seconds: 3600 }))).toBe(60)
  expect(await left(stored({ until: fromNow(86_400), seconds: 3600 }))).toBe(60)
  // The settings say an hour at most now; what an admin did stays.
  expect(await left(stored({ until: fromNow(86_400), seconds: 86_400 }))).toBe(60)
  expect(await left(stored({ until: fromNow(86_400), seconds: 86_400, why: 'by_hand' }))).toBe(1440)
  expect(await left(stored({ since: fromNow(-3000), until: fromNow(600), seconds: 3600 }))).toBe(10)
  expect(await left(stored({ since: fromNow(-7200), until: fromNow(-3600), seconds: 3600 }))).toBeUndefined()
  await start()
})

test('a file of bans that cannot be read is put aside, and keeps nobody from their links', async () => {
  await start({ files: { 'state/bans.toml': '[bans]\n"127.0.0.66" = "x"\n' } })
  expect((await list()).items).toEqual([])
  expect(await readFile(join(server.dataDir, 'state/bans.toml.broken'), 'utf8')).toContain('127.0.0.66')
})

test('this computer, and whoever the settings except, is never banned', async () => {
  await start({ config: '[bans]\nmax_retry = 2\nignore = ["127.0.9.0/24", "127.0.0.50"]\n' })
  for (const from of ['127.0.0.1', '127.0.9.7', '127.0.0.50']) expect(await fail(from, 4)).toEqual([401, 401, 401, 401])
  expect(await fail('127.0.0.51', 3)).toEqual([401, 401, 403])
  const { items, watching } = await list()
  expect([items.map(it => it.address), watching]).toEqual([['127.0.0.51'], []])
  // Whoever is excepted later is let in at once.
  await server.window.call(api.instance.update, { values: { 'bans.ignore': ['127.0.0.51'] } })
  expect((await server.send({ path: '/nothing', from: '127.0.0.51' })).status).toBe(404)
})

test('with bans off nobody is kept out, and nothing is counted', async () => {
  await start()
  await fail('127.0.0.66', 5)
  await server.window.call(api.instance.update, { values: { 'bans.enabled': false } })
  expect((await server.send({ path: '/nothing', from: '127.0.0.66' })).status).toBe(404)
  await fail('127.0.0.67', 6)
  const { isOn, watching } = await list()
  expect([isOn, watching]).toEqual([false, []])
})

test('a success forgives nothing, and failures that are old enough are forgotten', async () => {
  await start({ config: '[bans]\nmax_retry = 3\nfind_seconds = 2\n' })
  await fail('127.0.0.66', 2)
  expect((await guess('127.0.0.66', server.adminPassword)).status).toBe(200)
  await expect.poll(async () => (await list()).watching, { timeout: 10_000 }).toEqual([])
  expect(await fail('127.0.0.66', 1)).toEqual([401])
  expect((await list()).items).toEqual([])
})

test('wrong passwords of links and of one’s own password form count as well', async () => {
  await start({ config: '[bans]\nmax_retry = 3\n', files: withErin })
  const erin = await server.as('erin', 'erin-legacy-pass', { from: '127.0.0.66' })
  await erin.call(api.links.create, {
    ...{ type: 'redirect', url: 'https://example.com', code: 'plan', password: 'open sesame please' },
  })
  const form = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' }
  const unlock = (password: string) =>
    server.send({ method: 'POST', path: '/plan', from: '127.0.0.67', headers: form, body: `password=${password}` })
  const basic = { Authorization: `Basic ${Buffer.from(':wrong').toString('base64')}` }
  expect((await unlock('wrong')).status).toBe(401)
  expect((await unlock('')).status).toBe(401)
  expect((await server.send({ path: '/plan', from: '127.0.0.67', headers: basic })).status).toBe(401)
  expect((await list()).watching).toMatchObject([{ address: '127.0.0.67', failures: 2, why: 'link_password' }])
  expect((await unlock('wrong')).status).toBe(401)
  const page = await unlock('open+sesame+please')
  expect([page.status, page.text]).toEqual([403, expect.stringContaining('You’re shut out for now')])

  const change = { current: 'not it', next: 'quite another password' }
  for (let round = 0; round < 3; round += 1) {
    await expect(erin.call(api.me.changePassword, change)).rejects.toMatchObject({ code: 'wrong_password' })
  }
  await expect(erin.call(api.sessions.get, {})).rejects.toMatchObject({ code: 'banned' })
})

test('an admin bans an address by hand for a time, and lets it in again at once', async () => {
  await start()
  const admin = await server.as()
  const ban = await admin.call(api.bans.create, { address: '127.0.0.80', seconds: 86_400 })
  expect(ban).toMatchObject({ address: '127.0.0.80', why: 'by_hand', by: 'admin' })
  expect(Math.round(secondsLeft(ban) / 3600)).toBe(24)
  const refused = await server.send({ path: '/', from: '127.0.0.80' })
  expect(refused.json).toMatchObject({ code: 'banned', detail: expect.stringContaining('An admin has shut out') })
  await fail('127.0.0.81', 5)
  await admin.call(api.bans.remove, { address: '127.0.0.80' })
  await admin.call(api.bans.remove, { address: '127.0.0.81' })
  for (const from of ['127.0.0.80', '127.0.0.81'])
    expect((await server.send({ path: '/nothing', from })).status).toBe(404)
  expect(await fail('127.0.0.81', 4)).toEqual([401, 401, 401, 401])
  await expect(admin.call(api.bans.remove, { address: '127.0.0.80' })).rejects.toMatchObject({ code: 'not_found' })
  const told = async () => (await audit()).map(({ actor, action, target }) => [actor, action, target])
  await expect.poll(told).toEqual([
    ['admin', 'ban', '127.0.0.80'],
    ['Trunk8', 'ban', '127.0.0.81'],
    ['admin', 'unban', '127.0.0.80'],
    ['admin', 'unban', '127.0.0.81'],
  ])
})

test('of an IPv6 address the whole household is banned, under one name', async () => {
  await start()
  const ban = await server.window.call(api.bans.create, { address: '2001:DB8:0:1::5' })
  expect(ban.address).toBe('2001:db8:0:1::/64')
  await server.window.call(api.bans.remove, { address: ban.address })
  expect((await list()).items).toEqual([])
})

test('nobody bans this computer, their proxy, themselves, or what is no address', async () => {
  await start({ config: '[proxy]\ntrusted = ["10.9.0.0/16"]\n\n[bans]\nignore = ["10.8.0.1"]\n' })
  const admin = await server.as('', server.adminPassword, { from: '127.0.0.66' })
  const ban = (address: string) => admin.call(api.bans.create, { address })
  for (const address of [
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '10.9.3.4',
    '10.8.0.1',
    '127.0.0.66',
    '10.0.0.0/8',
    'x',
    '0x7f.1',
  ]) {
    await expect(ban(address), address).rejects.toMatchObject({ code: 'invalid_input' })
  }
  expect((await list()).items).toEqual([])
})

test('admins hear of failures and bans as they happen; others do not', async () => {
  await start({ files: withErin })
  const hear = async (cookie: string) => {
    const stop = new AbortController()
    const reply = await server.fetch('/api/v1/events', { headers: { Cookie: cookie }, signal: stop.signal })
    let text = ''
    void (async () => {
      for await (const chunk of reply.body ?? []) text += Buffer.from(chunk).toString()
    })().catch(() => {})
    return { text: () => text, stop: () => stop.abort() }
  }
  const admin = await hear((await server.as()).cookie)
  const erin = await hear((await server.as('erin', 'erin-legacy-pass')).cookie)
  await fail('127.0.0.66', 1)
  await expect.poll(admin.text).toContain('event: bans')
  await server.window.call(api.instance.update, { values: { 'server.name': 'Told to all' } })
  await expect.poll(erin.text).toContain('event: settings')
  expect(erin.text()).not.toContain('event: bans')
  admin.stop()
  erin.stop()
})

test('a hand that edits the settings is heard without a restart', async () => {
  await start()
  await writeFile(join(server.dataDir, 'config/config.toml'), `${overHttp}[bans]\nmax_retry = 2\nban_seconds = 60\n`)
  await expect.poll(async () => (await list()).maxRetry, { timeout: 10_000 }).toBe(2)
  expect(await fail('127.0.0.66', 3)).toEqual([401, 401, 403])
})

test.each(['::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.7'])(
  'however it is spelt, an IPv4 address that IPv6 wraps is that address: %s',
  async address => {
    await start()
    await server.window.call(api.bans.create, { address })
    expect((await list()).items.map(it => it.address)).toEqual(['192.0.2.7'])
  },
)
