import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const source = Buffer.from('<!doctype html>\r\n<title>caf\xe9</title><script>document.title = "ran"</script>', 'latin1')

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as()
  await files.upload(admin, 'page.html', source, { code: 'page', type: 'html' })
})
afterAll(() => server.stop())

/** The directives of the page's policy: name → values. */
async function policy(path = '/page'): Promise<ReadonlyMap<string, readonly string[]>> {
  const reply = await server.fetch(path)
  const text = reply.headers.get('content-security-policy') ?? ''
  const directives = text.split(';').map(directive => directive.trim().split(' '))
  return new Map(directives.map(([name = '', ...values]) => [name, values]))
}

test('an html link answers with the bytes as they were stored', async () => {
  const reply = await server.fetch('/page')
  expect(reply.status).toBe(200)
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-disposition': 'inline; filename="page.html"',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    etag: expect.stringMatching(/^".+"$/),
  })
  expect(Buffer.from(await reply.arrayBuffer()).equals(source)).toBe(true)
  expect((await admin.call(api.links.get, { code: 'page' })).visits).toBe(1)
})

test('its source is text that never runs', async () => {
  const reply = await server.fetch('/page?raw=1')
  expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(Buffer.from(await reply.arrayBuffer()).equals(source)).toBe(true)
})

test('the same file as a file link is downloaded', async () => {
  await files.upload(admin, 'page.html', source, { code: 'file' })
  const { headers } = await server.fetch('/file')
  expect(headers.get('content-disposition')).toMatch(/^attachment/)
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
})

const modes = {
  interactive: ['allow-scripts', 'allow-forms', 'allow-popups', 'allow-modals', 'allow-downloads'],
  isolated: ['allow-scripts', 'allow-modals', 'allow-downloads'],
  static: [],
} as const

test.each(Object.entries(modes))('%s: the page gets no more than its mode allows', async (mode, allowed) => {
  await writeFile(join(server.dataDir, 'config/config.toml'), `[html]\nmode = "${mode}"\n`)
  await expect.poll(async () => (await policy()).get('sandbox'), { timeout: 10_000 }).toEqual(allowed)
  const directives = await policy()
  expect(directives.get('frame-ancestors')).toEqual(["'self'"])
  if (mode === 'interactive') return
  expect(directives.get('default-src')).toEqual(["'none'"])
  expect(directives.get('form-action')).toEqual(["'none'"])
  expect(directives.get('script-src')).toEqual(mode === 'static' ? undefined : ["'unsafe-inline'", "'unsafe-eval'"])
})
