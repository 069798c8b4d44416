import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let folder: string
let server: TestServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  const ui = join(folder, 'ui')
  await mkdir(join(ui, 'static/fonts'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(ui, 'index.html'), '<!doctype html><title>Trunk8</title>')
  await writeFile(join(ui, 'other.html'), 'not for the network')
  await writeFile(join(ui, 'static/index-B4kXy_-9.js'), 'console.log(1)')
  await writeFile(join(ui, 'static/plain.css'), 'body{}')
  await writeFile(join(ui, 'static/fonts/inter-Ab12Cd34.woff2'), 'font')
  await writeFile(join(ui, 'static/.hidden'), 'hidden')
  await symlink(join(folder, 'secret.txt'), join(ui, 'static/link.txt'))
  server = await startTestServer({ uiDir: ui })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const get = (path: string, headers: Record<string, string> = {}) => server.send({ path, headers })

test('the page is at / and is never kept', async () => {
  const reply = await get('/')
  expect([reply.status, reply.text]).toEqual([200, '<!doctype html><title>Trunk8</title>'])
  expect(reply.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
})

test.each([
  ['/static/index-B4kXy_-9.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ['/static/fonts/inter-Ab12Cd34.woff2', 'font/woff2', 'public, max-age=31536000, immutable'],
  ['/static/plain.css', 'text/css; charset=utf-8', 'no-cache'],
])('%s has its type and is kept as long as it may', async (path, type, caching) => {
  const reply = await get(path)
  expect(reply.status).toBe(200)
  expect(reply.headers).toMatchObject({
    'content-type': type,
    'cache-control': caching,
    'x-content-type-options': 'nosniff',
  })
  expect((await get(path, { 'If-None-Match': reply.headers.etag ?? '' })).status).toBe(304)
  const head = await server.send({ method: 'HEAD', path })
  expect([head.status, head.headers['content-length'], head.text]).toEqual([200, reply.headers['content-length'], ''])
})

test.each([
  ...[
    '/static/../../secret.txt',
    '/static/..%2f..%2fsecret.txt',
    '/static/%2e%2e/other.html',
    '/static/..\\..\\secret.txt',
  ],
  ...['/static/.hidden', '/static/', '/static', '/static//etc/passwd', '/static/fonts', '/static/none.js'],
  ...['/index.html', '/other.html', '/static/index-B4kXy_-9.js/', '/..', '//'],
])('nothing else of the disk is served: %s', async path => {
  const reply = await get(path)
  expect(reply.status).toBe(404)
  expect(reply.text).not.toContain('secret')
})

test('without the built pages, it says so in their place', async () => {
  const bare = await startTestServer()
  try {
    const reply = await bare.send({ path: '/' })
    expect(reply.status).toBe(503)
    expect(reply.text).toContain('The web pages are not built yet')
  } finally {
    await bare.stop()
  }
})
