import { afterEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { linesOf } from '../helpers/access-log.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
afterEach(() => server.stop())

const list = '[access]\nlogin_allow = ["127.0.1.0/24", "127.0.0.5"]\n'

async function start(config = list) {
  server = await startTestServer({ owner: true, config: `[tls]\nallow_http_login = true\n${config}` })
}

const signIn = (from: string, headers: Record<string, string> = {}, password = server.adminPassword) =>
  server.send({
    ...{ method: 'POST', path: '/auth/login', from },
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ username: 'admin', password }),
  })

test.each([
  ['127.0.1.1', 200],
  ['127.0.1.255', 200],
  ['127.0.0.5', 200],
  ['127.0.0.6', 403],
  ['127.0.2.1', 403],
  ['127.0.0.1', 403],
])('who signs in from %s: %i', async (from, status) => {
  await start()
  const reply = await signIn(from)
  expect(reply.status).toBe(status)
  if (status === 403) expect(reply.json).toMatchObject({ code: 'address_not_allowed' })
})

test('a refusal says nothing of the password, and does not count as a failed sign-in', async () => {
  await start(`${list}[bans]\nmax_retry = 2\n`)
  const replies = []
  for (const password of ['wrong', server.adminPassword, 'wrong', 'wrong']) {
    replies.push((await signIn('127.0.0.66', {}, password)).text)
  }
  expect(new Set(replies).size).toBe(1)
  expect((await server.send({ path: '/nothing', from: '127.0.0.66' })).status).toBe(404)
  const log = await linesOf(`${server.dataDir}/logs/app.log`)
  expect(log.filter(line => line.includes('127.0.0.66 is not in login_allow'))).toHaveLength(4)
  expect(log.join('\n')).not.toContain('Failed sign-in')
})

test('every way in is closed, links and the interface are open', async () => {
  await start()
  for (const path of ['/auth/login', '/auth/', '/auth/anything/else?x=1']) {
    expect((await server.send({ path, from: '127.0.0.6' })).status, path).toBe(403)
  }
  await server.window.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'there' })
  expect((await server.send({ path: '/there', from: '127.0.0.6' })).status).toBe(302)
  expect((await server.send({ path: '/authors', from: '127.0.0.6' })).status).toBe(404)
})

test('who is signed in stays so elsewhere, and can sign out there', async () => {
  await start()
  const { cookie, csrfToken } = await server.as('', server.adminPassword, { from: '127.0.0.5' })
  const headers = { Cookie: cookie, 'X-Trunk8-CSRF': csrfToken }
  expect((await server.send({ path: '/api/v1/session', from: '127.0.0.6', headers })).status).toBe(200)
  const out = await server.send({ method: 'POST', path: '/auth/logout', from: '127.0.0.6', headers })
  expect(out.status).toBe(204)
})

test('an address that only the visitor gives himself opens nothing, and behind a proxy the real one counts', async () => {
  const proxy = '[server]\npublic_url = "https://share.example.com"\n[proxy]\ntrusted = ["127.0.0.9"]\n'
  await start(list + proxy)
  expect((await signIn('127.0.0.66', { 'X-Forwarded-For': '127.0.0.5' })).status).toBe(403)
  const named = { Host: 'share.example.com' }
  expect((await signIn('127.0.0.9', { ...named, 'X-Forwarded-For': '127.0.0.5' })).status).toBe(200)
  expect((await signIn('127.0.0.9', { ...named, 'X-Forwarded-For': '127.0.0.5, 127.0.0.6' })).status).toBe(403)
  expect((await signIn('127.0.0.9', { Host: 'localhost:5001', 'X-Forwarded-For': '127.0.0.5' })).status).toBe(403)
})

test('a proxy that does not say for whom is in no list, even if it is itself', async () => {
  const proxy = '[server]\npublic_url = "https://share.example.com"\n[proxy]\ntrusted = ["127.0.0.5"]\n'
  await start(list + proxy)
  expect((await signIn('127.0.0.5', { Host: 'localhost:5001' })).status).toBe(403)
})

test('the window is in every list', async () => {
  await start()
  expect(await server.window.call(api.sessions.get, {})).toMatchObject({ user: { username: 'admin' } })
})

test('an admin does not lock himself out by a slip', async () => {
  await start('')
  const admin = await server.as('', server.adminPassword, { from: '127.0.0.7' })
  const save = (list: string[] | null, isConfirmed?: boolean) =>
    admin.call(api.instance.update, { values: { 'access.login_allow': list }, isConfirmed })
  await expect(save(['127.0.1.0/24'])).rejects.toMatchObject({
    code: 'conflict',
    errors: [{ path: 'access.login_allow', message: expect.stringContaining('127.0.0.7') }],
  })
  expect((await admin.call(api.instance.get, {})).set).not.toContain('access.login_allow')
  await save(['127.0.1.0/24', '127.0.0.7'])
  expect((await signIn('127.0.0.7')).status).toBe(200)
  await save(['127.0.1.0/24'], true)
  expect((await signIn('127.0.0.7')).status).toBe(403)
  await save(null)
  expect((await signIn('127.0.0.7')).status).toBe(200)
})

test('the window may set any list, since it is always let in', async () => {
  await start('')
  await server.window.call(api.instance.update, { values: { 'access.login_allow': ['127.0.1.0/24'] } })
  expect((await signIn('127.0.0.7')).status).toBe(403)
})

test.each([
  '0x7f.1',
  '2130706433',
  '127.1',
  '10.0.0.0/33',
  '::/129',
  '010.0.0.1',
  '10.0.0.1/',
  'office',
  '1.2.3.4/08x',
])('%s is no address, and no list', async text => {
  await start('')
  await expect(
    server.window.call(api.instance.update, { values: { 'access.login_allow': [text] } }),
  ).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'access.login_allow' }] })
})
