import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const config = `[server]
public_url = "https://share.example.com"
content_url = "https://u.share.example.com"
`
let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer({ config, owner: true })
  admin = await server.as()
  await admin.call(api.links.create, { type: 'html', content: '<p>Hi', code: 'page' })
  await admin.call(api.links.create, { type: 'html', content: '<p>Hi', code: 'gated', password: 'sesame' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'hop' })
  await files.upload(admin, 'x.html', '<p>Hi', { code: 'file' })
})
afterAll(() => server.stop())

const ask = (
  host: string,
  path: string,
  more: { method?: string; headers?: Record<string, string>; body?: string } = {},
) => server.send({ path, ...more, headers: { Host: host, ...more.headers } })
const there = 'u.share.example.com'

describe('a page that somebody wrote is shown under the other name alone', () => {
  test.each(['share.example.com', '127.0.0.1', 'localhost'])('asked for at %s, it leads there', async host => {
    for (const path of ['/page', '/gated']) {
      const { status, headers } = await ask(host, path)
      expect([status, headers.location]).toEqual([302, `https://${there}${path}`])
    }
  })

  test('there it is what it was, and counts there', async () => {
    const reply = await ask(there, '/page')
    expect([reply.status, reply.text]).toEqual([200, '<p>Hi'])
    expect(reply.headers['content-security-policy']).toMatch(/^sandbox /)
    expect((await admin.call(api.links.get, { code: 'page' })).visits).toBe(1)
  })

  test('there it asks for its password, and opens by it', async () => {
    expect((await ask(there, '/gated', { headers: { Accept: 'text/html' } })).status).toBe(401)
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: `https://${there}` }
    const reply = await ask(there, '/gated', { method: 'POST', body: 'password=sesame', headers })
    expect(reply.status).toBe(303)
    const cookie = reply.headers['set-cookie']?.map(it => it.split(';')[0]).join('; ') ?? ''
    expect((await ask(there, '/gated', { headers: { Cookie: cookie } })).text).toBe('<p>Hi')
  })

  test('its source, files and redirects stay where they are', async () => {
    expect((await ask('localhost', '/page?raw=1')).status).toBe(200)
    expect((await ask('localhost', '/file')).status).toBe(200)
    expect((await ask('localhost', '/hop')).headers.location).toBe('https://example.com')
  })
})

describe('under the other name there is nothing else', () => {
  test.each([
    ...['/', '/api/v1/session', '/api/v1/links', '/api/v1/openapi.json', '/auth/login', '/static/app.js', '/metrics'],
    ...['/links', '/settings', '/API/v1/session', '/api', '//api/v1/session', '/static/html-preview.html'],
  ])('%s is not found', async path => {
    for (const method of ['GET', 'POST']) {
      const reply = await ask(there, path, {
        method,
        headers: { Cookie: admin.cookie, 'X-Trunk8-CSRF': admin.csrfToken },
      })
      expect([path, method, reply.status]).toEqual([path, method, 404])
      expect(reply.headers).not.toHaveProperty('set-cookie')
    }
  })

  test.each(['/hop', '/page+', '/page/qr.svg', '/static/pages.css', '/healthz', '/?code=hop'])(
    '%s answers: links do',
    async path => {
      expect((await ask(there, path)).status).toBeLessThan(400)
    },
  )
})

test('what is shown there is foreign here', async () => {
  const change = (origin: string) =>
    admin.send({
      method: 'PATCH',
      path: '/api/v1/me',
      body: '{"displayName":"Admin"}',
      headers: { Origin: origin, 'Content-Type': 'application/json' },
    })
  expect((await change(`https://${there}`)).status).toBe(403)
  expect((await change(`http://${there}:${server.running.sharing.port}`)).status).toBe(403)
  expect((await change('https://share.example.com')).status).toBe(200)
  const unlock = (origin: string) =>
    ask(there, '/gated', {
      method: 'POST',
      body: 'password=x',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin },
    })
  expect((await unlock('https://share.example.com')).status).toBe(403)
  expect((await unlock(`https://${there}`)).status).toBe(401)
})

test('one name for both is none of its own: nothing changes', async () => {
  await server.window.call(api.instance.update, { values: { 'server.content_url': 'https://share.example.com:8443' } })
  expect((await ask('share.example.com', '/page')).status).toBe(200)
  expect((await ask('share.example.com', '/api/v1/welcome')).status).toBe(200)
})
