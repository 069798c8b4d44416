import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import * as files from '../helpers/files.ts'
import type { SignedIn } from '../helpers/server.ts'

/**
 * An html link that was written to take over the instance, opened by a signed-in admin in a real browser. Its scripts
 * run, as they may; what they reach is told in the page itself.
 */
const source = `<!doctype html><title>Hostile</title><pre id="told"></pre><form id="form" method="post" action="/auth/logout"></form>
<iframe id="frame" src="/"></iframe>
<script>
const attempts = {
  origin: () => self.origin,
  cookie: () => document.cookie,
  setCookie: () => { document.cookie = 'planted=1'; return 'set' },
  localStorage: () => localStorage.length,
  sessionStorage: () => sessionStorage.length,
  database: () => indexedDB.open('x') && 'opened',
  worker: async () => { await navigator.serviceWorker.register('/hostile'); return 'registered' },
  session: async () => (await fetch('/api/v1/session', { credentials: 'include' })).status,
  links: async () => (await fetch('/api/v1/links', { credentials: 'include' })).text(),
  remove: async () => (await fetch('/api/v1/links/kept', { method: 'DELETE', credentials: 'include' })).status,
  interface: () => document.getElementById('frame').contentDocument?.title ?? 'closed',
  top: () => top === self ? 'alone' : top.document.title,
  leave: () => { if (top !== self) top.location = '/left'; return 'asked' },
}
addEventListener('load', async () => {
  const told = {}
  for (const [name, attempt] of Object.entries(attempts)) {
    try { told[name] = await attempt() } catch (error) { told[name] = error.name }
  }
  document.getElementById('told').textContent = JSON.stringify(told)
})
</script>`

let web: Web
let admin: SignedIn

beforeAll(async () => {
  web = await startWeb()
  admin = await web.server.as()
  await files.upload(admin, 'x.html', source, { code: 'hostile', type: 'html' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com/secret', code: 'kept' })
})
afterAll(() => web.stop())

/** What the hostile page tells of its attempts, wherever it is shown. */
async function told(page: Page, frame?: string): Promise<Record<string, unknown>> {
  const pre = frame === undefined ? page.locator('#told') : page.frameLocator(frame).locator('#told')
  await expect.poll(() => pre.textContent()).not.toBe('')
  return JSON.parse((await pre.textContent()) ?? '') as Record<string, unknown>
}

const nothing = {
  origin: 'null',
  cookie: 'SecurityError',
  setCookie: 'SecurityError',
  localStorage: 'SecurityError',
  sessionStorage: 'SecurityError',
  database: 'SecurityError',
  session: 'TypeError',
  links: 'TypeError',
  remove: 'TypeError',
  interface: 'closed',
}

test('its script runs, and reaches no cookie, no storage, no call and no page of ours', async () => {
  const page = await web.openSignedIn('/')
  await page.goto(`${web.server.url}/hostile`)
  const found = await told(page)
  expect(found).toMatchObject({ ...nothing, top: 'alone' })
  expect(found.worker).not.toBe('registered')
  expect(await page.context().cookies()).not.toContainEqual(expect.objectContaining({ name: 'planted' }))
  expect(await admin.call(api.links.get, { code: 'kept' })).toMatchObject({ code: 'kept' })
  await page.context().close()
})

test('in a frame of the interface it reaches no more, and does not lead the window away', async () => {
  const page = await web.openSignedIn('/')
  await page.evaluate(() => {
    const frame = document.createElement('iframe')
    frame.id = 'shown'
    frame.src = '/hostile'
    document.body.prepend(frame)
  })
  expect(await told(page, '#shown')).toMatchObject({ ...nothing, top: 'SecurityError', leave: 'SecurityError' })
  expect(new URL(page.url()).pathname).toBe('/')
  await page.context().close()
})

test('a form that it sends in the admin’s name changes nothing', async () => {
  const page = await web.openSignedIn('/')
  await page.goto(`${web.server.url}/hostile`)
  await told(page)
  const answer = page.waitForResponse(response => response.url().endsWith('/auth/logout'))
  await page.evaluate(() => document.querySelector<HTMLFormElement>('#form')?.submit())
  expect((await answer).status()).toBe(403)
  await page.waitForURL('**/auth/logout')
  await page.goto(web.server.url)
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  await page.context().close()
})

test('in the isolated mode its script runs and asks nothing of anybody', async () => {
  const asked: string[] = []
  const elsewhere = createServer((request, reply) => {
    asked.push(request.url ?? '')
    reply.end()
  })
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.2', resolve))
  const to = `http://127.0.0.2:${(elsewhere.address() as AddressInfo).port}`
  const talkative = `<!doctype html><pre id="told"></pre><form id="form" action="${to}/form"></form>
<img src="${to}/img"><link rel="stylesheet" href="${to}/css"><iframe src="${to}/frame"></iframe><script src="${to}/js"></script>
<script>
addEventListener('load', async () => {
  new Image().src = '${to}/new-img'
  navigator.sendBeacon('${to}/beacon')
  form.submit()
  const opened = open('${to}/window')
  const fetched = await fetch('${to}/fetch', { mode: 'no-cors' }).catch(error => error.name)
  told.textContent = JSON.stringify({ opened: String(opened), fetched })
})
</script>`
  const isolated = await startWeb({ config: '[html]\nmode = "isolated"\n' })
  await files.upload(await isolated.server.as(), 'x.html', talkative, { code: 'talkative', type: 'html' })
  const page = await isolated.open('/talkative')
  expect(await told(page)).toEqual({ opened: 'null', fetched: 'TypeError' })
  expect(asked).toEqual([])
  await isolated.stop()
  elsewhere.close()
})

test('in the static mode no script runs', async () => {
  const still = await startWeb({ config: '[html]\nmode = "static"\n' })
  await files.upload(await still.server.as(), 'x.html', source, { code: 'hostile', type: 'html' })
  const page = await still.open('/hostile')
  await page.waitForLoadState('networkidle')
  expect(await page.locator('#told').textContent()).toBe('')
  await still.stop()
})
