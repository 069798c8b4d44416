import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api, type HtmlMode, htmlModes } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import * as files from '../helpers/files.ts'
import { type SeenRequest, watchRequests } from '../helpers/seen-requests.ts'
import type { SignedIn } from '../helpers/server.ts'

/**
 * Every trick of a page that wants something of the server it is on, in every mode, opened by a signed-in admin in a real
 * browser. What counts is what the server was sent: no cookie with anything that the page does, and nothing to read.
 */

let web: Web
let admin: SignedIn
let elsewhere: Server
let context: BrowserContext
let page: Page

beforeAll(async () => {
  web = await startWeb()
  admin = await web.server.as()
  elsewhere = createServer((_, reply) => reply.end('elsewhere'))
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com/secret', code: 'kept' })
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  await files.upload(admin, 'x.png', png, { code: 'picture' })
  await files.upload(admin, 'x.js', 'document.title = "told by a script"', { code: 'script' })
  await files.upload(admin, 'x.css', 'p { color: rgb(1, 2, 3) }', { code: 'style' })
  page = await web.openSignedIn('/')
  context = page.context()
})
afterAll(async () => {
  await web.stop()
  elsewhere.close()
})

interface Trick {
  /** What stands in the page. */
  readonly body?: string
  /** What its script does, and tells: the body of an async function. */
  readonly script: string
  /** In a frame of the interface; else as a page of its own. */
  readonly isFramed?: boolean
  /** What it tells. */
  readonly told: unknown
  /** What the server is asked for besides the page, in each mode in which a script runs. */
  readonly asked?: Partial<Record<HtmlMode, readonly string[]>>
  /** Where none runs. */
  readonly askedBySource?: readonly string[]
}

/** The other server’s address, as the page has it. */
const other = 'ELSEWHERE'

const tricks: Readonly<Record<string, Trick>> = {
  fetch: {
    script: `const results = []
      for (const [path, init] of [['/api/v1/links', {}], ['/api/v1/links/kept', { method: 'DELETE' }], ['/api/v1/links', { mode: 'no-cors' }], ['/kept', { redirect: 'manual' }]])
        results.push(await fetch(path, { credentials: 'include', ...init }).then(it => it.type, it => it.name))
      return results`,
    told: ['TypeError', 'TypeError', 'TypeError', 'TypeError'],
    asked: { interactive: ['GET /api/v1/links', 'OPTIONS /api/v1/links/kept', 'GET /api/v1/links', 'GET /kept'] },
  },
  'an XMLHttpRequest': {
    script: `return await new Promise(resolve => {
      const request = new XMLHttpRequest()
      request.open('GET', '/api/v1/session')
      request.withCredentials = true
      request.onload = () => resolve(request.responseText)
      request.onerror = () => resolve('error')
      try { request.send() } catch (error) { resolve(error.name) }
    })`,
    told: 'error',
    asked: { interactive: ['GET /api/v1/session'] },
  },
  'a form': {
    body: '<iframe name="hidden"></iframe><form method="post" action="/auth/logout" target="hidden"></form>',
    script: `document.forms[0].submit(); return 'sent'`,
    told: 'sent',
    asked: { interactive: ['POST /auth/logout'] },
  },
  'a frame to read': {
    body: '<iframe src="/"></iframe>',
    script: `const frame = document.querySelector('iframe')
      try { return frame.contentDocument && frame.contentDocument.title } catch (error) { return error.name }`,
    told: null,
    asked: { interactive: ['GET /'] },
  },
  'whoever opened it': {
    script: `const told = [String(opener)]
      try { told.push(opener.document.title) } catch (error) { told.push(error.name) }
      try { opener.location = '/left' } catch (error) { told.push(error.name) }
      return told`,
    told: ['null', 'TypeError', 'TypeError'],
  },
  'a service worker': {
    script: `try { await navigator.serviceWorker.register('/script'); return 'registered' } catch (error) { return error.name }`,
    told: expect.stringMatching(/^(SecurityError|TypeError|NotSupportedError)$/),
  },
  'cookies and storage': {
    script: `const told = []
      for (const attempt of [() => document.cookie, () => { document.cookie = 'planted=1' }, () => localStorage.length, () => sessionStorage.length, () => indexedDB.open('x'), () => caches.keys()]) {
        try { await attempt(); told.push('reached') } catch (error) { told.push(error.name) }
      }
      return told`,
    told: Array(6).fill(expect.stringMatching(/^(SecurityError|ReferenceError)$/)),
  },
  'another port': {
    script: `return await fetch('${other}/', { credentials: 'include', mode: 'no-cors' }).then(it => it.type, it => it.name)`,
    told: expect.stringMatching(/^(opaque|TypeError)$/),
  },
  'the window around it': {
    isFramed: true,
    script: `const told = []
      for (const attempt of [() => top.document.title, () => { top.location = '/left' }, () => parent.location.href]) {
        try { await attempt(); told.push('reached') } catch (error) { told.push(error.name) }
      }
      return told`,
    told: ['SecurityError', 'SecurityError', 'SecurityError'],
  },
  'what was uploaded': {
    body: '<p>text</p><img src="/picture?inline=1"><link rel="stylesheet" href="/style"><link rel="stylesheet" href="/style?inline=1"><script src="/script"></script><script src="/script?inline=1"></script>',
    script: `return getComputedStyle(document.querySelector('p')).color`,
    told: 'rgb(0, 0, 0)',
    askedBySource: ['GET /picture?inline=1'],
    asked: {
      interactive: [
        'GET /picture?inline=1',
        'GET /style',
        'GET /style?inline=1',
        'GET /script',
        'GET /script?inline=1',
      ],
    },
  },
}

const sourceOf = ({ body = '', script }: Trick): string =>
  `<!doctype html><title>quiet</title>${body}<script>
addEventListener('load', async () => {
  const told = await (async () => { ${script} })()
  document.title = 'told ' + JSON.stringify(told)
})
</script>`.replaceAll(other, `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`)

/** Opens the page as itself, or in a frame of the interface → what tells its title. */
async function open(path: string, isFramed: boolean): Promise<() => Promise<string>> {
  if (!isFramed) {
    await page.goto(web.server.url + path)
    return () => page.title()
  }
  await page.goto(web.server.url)
  await page.evaluate(src => {
    const frame = document.createElement('iframe')
    frame.name = 'hostile'
    frame.src = src
    document.body.prepend(frame)
  }, path)
  await expect.poll(() => page.frame('hostile')?.url()).toContain(path)
  await page.frame('hostile')?.waitForLoadState('load')
  return () => page.frame('hostile')?.title() ?? Promise.resolve('')
}

describe.each(htmlModes)('%s', mode => {
  beforeEach(async () => {
    // Whatever a trick has done, the next one starts in a window of its own.
    await page.close()
    page = await context.newPage()
  })

  test.each(Object.entries(tricks))('by %s it gets nothing', async (name, trick) => {
    const code = `${mode}-${Object.keys(tricks).indexOf(name)}`
    await files.upload(admin, 'x.html', sourceOf(trick), { code, type: 'html', htmlMode: mode })
    const here = watchRequests(web.server.running.sharing.port)
    const there = watchRequests((elsewhere.address() as AddressInfo).port)
    const title = await open(`/${code}`, trick.isFramed ?? false)
    if (mode === 'static') expect(await title()).toBe('quiet')
    else {
      await expect.poll(title).toMatch(/^told /)
      expect(JSON.parse((await title()).slice(5))).toEqual(trick.told)
    }

    const byPage = () => here.seen.filter(({ headers, path }) => isByPage(headers, path, code))
    // A browser may ask for the same twice.
    const asked = () => [...new Set(byPage().map(({ method, path }) => `${method} ${path}`))].sort()
    const expected = [...new Set(mode === 'static' ? trick.askedBySource : trick.asked?.[mode])].sort()
    await expect.poll(asked).toEqual(expected)
    expect(await context.cookies()).not.toContainEqual(expect.objectContaining({ name: 'planted' }))
    expect(new URL(page.url()).pathname).toBe(trick.isFramed ? '/' : `/${code}`)

    // The session is as it was, and nothing more has come meanwhile.
    await page.goto(web.server.url)
    await page.getByRole('heading', { name: 'Just shared' }).waitFor()
    expect(await admin.call(api.links.get, { code: 'kept' })).toMatchObject({ code: 'kept' })
    here.stop()
    there.stop()
    expect(asked()).toEqual(expected)
    expect(there.seen.length).toBe(name === 'another port' && mode === 'interactive' ? 1 : 0)
    for (const { headers } of [...byPage(), ...there.seen]) expect(headers).not.toHaveProperty('cookie')
  })
})

/** Not the page itself, and not what the interface around it asks for. */
function isByPage(headers: SeenRequest['headers'], path: string, code: string): boolean {
  if (path === `/${code}` || path === '/favicon.ico') return false
  return headers['sec-fetch-site'] === 'cross-site' || headers.origin === 'null'
}
