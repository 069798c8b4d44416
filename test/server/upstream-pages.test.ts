import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../fixtures/upstream-manifest.json' with { type: 'json' }
import * as files from '../helpers/files.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

/** Pages of folders that upstream wrote, or would have read: shown as it shows them, and safe where it is not. */

const fixtures = join(import.meta.dirname, '../fixtures')
const folders: string[] = []
const servers: TestServer[] = []

async function open(name: string): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 't8-pages-'))
  folders.push(folder)
  await cp(join(fixtures, name), folder, { recursive: true })
  const server = await startTestServer({ dataDir: folder })
  servers.push(server)
  return server
}

let upstream: TestServer
let legacy: TestServer
beforeAll(async () => {
  upstream = await open('upstream-instance')
  legacy = await open('legacy-instance')
})
afterAll(async () => {
  await Promise.all(servers.map(server => server.stop()))
  await Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true })))
})

const bytesAt = async (server: TestServer, path: string) => Buffer.from(await (await server.fetch(path)).arrayBuffer())

const pages = Object.entries(manifest.links).flatMap(([code, link]) =>
  'sha256' in link && (link.type === 'markdown' || link.type === 'html') ? [{ code, ...link }] : [],
)

test('there are pages of both kinds', () => {
  expect(new Set(pages.map(({ type }) => type))).toEqual(new Set(['markdown', 'html']))
})

describe.each(pages)('/$code, a $type page', ({ code, type, sha256 }) => {
  const path = `/${encodeURIComponent(code)}`

  test('is shown', async () => {
    const reply = await upstream.fetch(path)
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = reply.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/(^|; )sandbox/)
    expect(policy).not.toMatch(/allow-same-origin|allow-top-navigation(?!-by-user-activation)/)
    if (type === 'html') expect(files.sha256(Buffer.from(await reply.arrayBuffer()))).toBe(sha256)
    else expect(await reply.text()).not.toMatch(/<script|\son\w+=|="javascript:/)
  })

  test('gives its source byte for byte', async () => {
    expect(files.sha256(await bytesAt(upstream, `${path}?raw=1`))).toBe(sha256)
  })
})

describe('old forms', () => {
  const asset = (name: string) => readFile(join(fixtures, 'legacy-instance/users/erin/assets', name))

  test('markdown with nothing but a path is a page', async () => {
    expect((await bytesAt(legacy, '/md')).toString()).toContain('<h1 id="user-content-legacy-md">legacy md</h1>')
    expect((await bytesAt(legacy, '/md?raw=1')).equals(await asset('note.md'))).toBe(true)
  })

  test('markdown that is no UTF-8 is a page', async () => {
    expect((await bytesAt(legacy, '/latin1')).toString()).toContain('caf\ufffd')
    expect((await bytesAt(legacy, '/latin1?raw=1')).equals(await asset('latin1.md'))).toBe(true)
  })

  test('html is the page that it was', async () => {
    expect((await bytesAt(legacy, '/html')).equals(await asset('page.html'))).toBe(true)
  })

  test.each(['trav-md', 'trav-md?raw=1', 'trav-md+', 'trav-md/qr.svg', 'md-inline', 'md-inline?raw=1'])(
    '/%s, which leads out of the assets or nowhere, is not found',
    async path => {
      const reply = await legacy.fetch(`/${path}`)
      expect(reply.status).toBe(404)
      expect(await reply.text()).not.toMatch(/password_hash|documented/)
    },
  )
})
