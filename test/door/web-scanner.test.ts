import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { areThere } from '../helpers/programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)

/** What a scanner finds that tries what works elsewhere: injected scripts, commands, headers and files, loose cookies. */

let folder: string
let server: TestServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-wapiti-'))
  server = await startTestServer({ uiDir: join(import.meta.dirname, '../../dist/renderer') })
  const admin = await server.as()
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com/', code: 'away' })
  await admin.call(api.links.create, {
    type: 'markdown',
    content: '# Read\n\n[on](/away) ![](/note?inline=1)',
    code: 'read',
  })
  await admin.call(api.links.create, {
    type: 'html',
    content: '<form action="/away"><input name="q"></form>',
    code: 'page',
  })
  await files.upload(admin, 'note.txt', 'a note', { code: 'note' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com/', code: 'secret' })
  await admin.call(api.links.update, { code: 'secret', password: 'open, sesame' })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const modules = 'xss,sql,exec,file,crlf,redirect,csp,http_headers,cookieflags,backup,htaccess,methods'

interface Report {
  readonly vulnerabilities: Readonly<Record<string, readonly { readonly path: string; readonly info: string }[]>>
  readonly infos: { readonly crawled_pages_nbr?: number }
}

/** Scans from these addresses on → what it found, as `kind: path: what`. */
async function scan(urls: readonly string[]): Promise<string[]> {
  const file = join(folder, 'report.json')
  const [first = '', ...more] = urls
  await run(
    'wapiti',
    [
      ...['-u', first, ...more.flatMap(url => ['-s', url]), '--scope', 'domain', '-m', modules],
      ...['-f', 'json', '-o', file, '--flush-session', '--store-session', folder, '--store-config', folder],
      ...['--max-scan-time', '90', '--max-attack-time', '60', '--no-bugreport', '-v', '0'],
    ],
    { env: { ...process.env, HOME: folder } },
  )
  const { vulnerabilities }: Report = JSON.parse(await readFile(file, 'utf8'))
  return Object.entries(vulnerabilities).flatMap(([kind, found]) =>
    found.map(({ path, info }) => `${kind}: ${path}: ${info}`),
  )
}

describe.skipIf(!areThere('wapiti'))('a scanner', () => {
  test('finds nothing in Trunk8 with a link of each kind', { timeout: 240_000 }, async () => {
    const paths = ['/', '/away+', '/read', '/page', '/note', '/note?inline=1', '/secret', '/?code=none', '/trust']
    const found = await scan(paths.map(path => server.url + path))
    // That is for public names alone, and never goes over plain http (RFC 6797, section 7.2).
    expect(found.filter(line => !line.endsWith('Strict-Transport-Security is not set'))).toEqual([])
  })

  test('would find a page that repeats what it is told', { timeout: 240_000 }, async () => {
    const careless = createServer((request, response) => {
      const said = new URL(request.url ?? '/', 'http://here').searchParams.get('say') ?? ''
      response.setHeader('Content-Type', 'text/html')
      response.end(`<html><body><a href="/?say=hello">say</a><p>${said}</p></body></html>`)
    })
    careless.listen(0, '127.0.0.1')
    await once(careless, 'listening')
    try {
      const { port } = careless.address() as AddressInfo
      expect((await scan([`http://127.0.0.1:${port}/?say=hello`])).join('\n')).toContain('Cross Site Scripting')
    } finally {
      careless.close()
    }
  })
})
