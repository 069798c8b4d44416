import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { watchRequests } from '../helpers/seen-requests.ts'
import type { SignedIn } from '../helpers/server.ts'

/**
 * What a page of another site can do to this server in a real browser: by its own name that it makes lead here (DNS
 * rebinding), and by requests to our address. The browser is signed in here all the while.
 */

let web: Web
let admin: SignedIn
let evil: Server
let context: BrowserContext
let page: Page

beforeAll(async () => {
  web = await startWeb({
    browserArgs: [
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      // Chromium’s own guard of local networks, which other browsers lack.
      '--disable-features=LocalNetworkAccessChecks',
    ],
  })
  admin = await web.server.as()
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com/secret', code: 'kept' })
  evil = createServer((_, reply) => {
    reply.setHeader('Content-Type', 'text/html')
    reply.end('<!doctype html><title>Evil</title>')
  })
  await new Promise<void>(resolve => evil.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await web.stop()
  evil.close()
})
beforeEach(async () => {
  page = await web.openSignedIn('/')
  context = page.context()
})
afterEach(() => context.close())

const portOf = (server: Server) => (server.address() as AddressInfo).port
const rebound = (path: string) => `http://evil.test:${new URL(web.server.url).port}${path}`

test.each([
  '/',
  '/api/v1/session',
  '/api/v1/links',
  '/kept',
  '/kept+',
  '/kept/qr.svg',
  '/static/pages.css',
  '/auth/login',
])('by a name that is not ours, %s answers 421 and nothing else', async path => {
  const reply = await page.goto(rebound(path))
  expect(reply?.status()).toBe(421)
  const text = (await reply?.text()) ?? ''
  expect(text).not.toContain('example.com/secret')
  expect(await reply?.headerValue('set-cookie')).toBeNull()
})

test('a page of such a name calls what is then its own origin, and gets 421 each time', async () => {
  // Its first page came from its own server, before its name led here.
  await page.route(rebound('/first'), route => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto(rebound('/first'))
  const statuses = await page.evaluate(async () => {
    const calls: [string, RequestInit][] = [
      ['/api/v1/session', {}],
      ['/api/v1/links', {}],
      ['/api/v1/links/kept', { method: 'DELETE' }],
      [
        '/auth/login',
        { method: 'POST', body: 'password=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      ],
      ['/kept', { redirect: 'manual' }],
    ]
    return Promise.all(calls.map(async ([path, init]) => (await fetch(path, init)).status))
  })
  expect(statuses).toEqual([421, 421, 421, 421, 421])
  expect((await admin.call(api.links.get, { code: 'kept' })).code).toBe('kept')
})

test('a page of another site sends no cookie along, changes nothing and reads nothing', async () => {
  await page.goto(`http://elsewhere.test:${portOf(evil)}/`)
  const { seen, stop } = watchRequests(web.server.running.sharing.port)
  const found = await page.evaluate(async ours => {
    const told: Record<string, string> = {}
    const attempt = async (name: string, path: string, init: RequestInit) => {
      told[name] = await fetch(ours + path, { credentials: 'include', ...init }).then(
        reply => `${reply.type} ${reply.status}`,
        error => error.name,
      )
    }
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    await attempt('read', '/api/v1/session', {})
    await attempt('blind read', '/api/v1/links', { mode: 'no-cors' })
    await attempt('blind post', '/api/v1/links', { method: 'POST', mode: 'no-cors', body: '{"type":"redirect"}' })
    await attempt('blind sign-out', '/auth/logout', { method: 'POST', mode: 'no-cors' })
    await attempt('delete', '/api/v1/links/kept', { method: 'DELETE' })
    await attempt('sign-in', '/auth/login', { method: 'POST', mode: 'no-cors', body: 'password=x', headers: form })
    await attempt('a key', '/api/v1/links', { headers: { Authorization: 'Bearer t8_x' } })
    return told
  }, web.server.url)
  // Not even that there was an answer: none may be used on another site.
  expect(new Set(Object.values(found))).toEqual(new Set(['TypeError']))
  stop()
  // What our own page had asked for just before may be heard only now.
  const foreign = seen.filter(({ headers }) => `${headers.origin} ${headers.referer}`.includes('elsewhere.test'))
  expect(foreign.length).toBeGreaterThanOrEqual(5)
  for (const { headers } of foreign) {
    expect(headers).toMatchObject({ 'sec-fetch-site': 'cross-site' })
    expect(headers).not.toHaveProperty('cookie')
  }
  expect((await admin.call(api.links.list, {})).total).toBe(1)
  await page.goto(web.server.url)
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
})

test('nor does its form, which takes the whole window here', async () => {
  for (const [path, status] of [
    ['/auth/logout', 403],
    ['/auth/login', 403],
    ['/api/v1/links', 403],
    ['/kept', 403],
  ] as const) {
    await page.goto(`http://elsewhere.test:${portOf(evil)}/`)
    const [reply] = await Promise.all([
      page.waitForResponse(it => it.url() === web.server.url + path && it.request().method() === 'POST'),
      page.evaluate(action => {
        const form = document.createElement('form')
        Object.assign(form, { method: 'post', action })
        document.body.append(form)
        form.submit()
      }, web.server.url + path),
    ])
    expect([path, reply.status()]).toEqual([path, status])
    expect(await reply.request().headerValue('cookie')).toBeNull()
    await page.waitForURL(web.server.url + path)
  }
})

test('a page on another port of this very host is as foreign, though the browser sends our cookie along', async () => {
  await page.goto(`http://127.0.0.1:${portOf(evil)}/`)
  const { seen, stop } = watchRequests(web.server.running.sharing.port)
  await page.evaluate(
    ours => fetch(`${ours}/auth/logout`, { method: 'POST', mode: 'no-cors', credentials: 'include' }).catch(() => {}),
    web.server.url,
  )
  stop()
  expect(seen).toMatchObject([{ headers: { 'sec-fetch-site': 'same-site', cookie: expect.stringContaining('t8_') } }])
  await page.goto(web.server.url)
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
})

test('no page of another site frames ours', async () => {
  await page.goto(`http://elsewhere.test:${portOf(evil)}/`)
  await page.evaluate(ours => {
    const frame = document.createElement('iframe')
    frame.src = ours
    document.body.append(frame)
  }, web.server.url)
  await expect.poll(() => page.frames().at(-1)?.url()).toContain('chrome-error:')
})
