import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, type Link } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as()
})
afterAll(() => server.stop())

const transferOf = (file: string) =>
  files.eventually(async () => (await admin.call(api.transfers.list, {})).items.find(({ name }) => name === file), file)
const linksToml = () => readFile(join(server.dataDir, 'users', 'admin', 'links.toml'), 'utf8')

test('a file is on the disk as it was sent, under a name that tells nothing', async () => {
  const bytes = randomBytes(3_000_000)
  const reply = await files.upload(admin, 'Quarterly report.PDF', bytes, { code: 'q4', title: 'Q4' })
  expect(reply.status).toBe(201)
  expect(reply.headers.location).toBe('/api/v1/links/q4')
  expect(reply.json).toMatchObject({
    ...{ code: 'q4', type: 'file', title: 'Q4', originalFilename: 'Quarterly report.PDF', fileSize: bytes.length },
    ...{ mimeType: 'application/pdf', sha256: files.sha256(bytes), shareUrl: `${server.url}/q4` },
  })
  const [asset = ''] = await files.assetsOf(server)
  expect(asset).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.pdf$/)
  const path = join(server.dataDir, 'users', 'admin', 'assets', asset)
  expect(files.sha256(await readFile(path))).toBe(files.sha256(bytes))
  expect((await stat(path)).mode & 0o777).toBe(0o640)
  expect((await server.fetch(`/${asset}`)).status).toBe(404)
})

test('its entry has upstream’s keys in upstream’s order, then ours', async () => {
  const table = (await linksToml()).split('[links.q4]\n')[1] ?? ''
  const keys = [...table.matchAll(/^(\w+) = /gm)].map(([, key]) => key)
  expect(keys).toEqual([
    ...['type', 'path', 'original_filename', 'file_size', 'mime_type', 'upload_date'],
    ...['title', 'sha256'],
  ])
  expect(table).toMatch(/^upload_date = "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?"$/m)
})

test('fields count wherever they stand', async () => {
  const file = { name: 'file', filename: 'a.txt', body: 'text' }
  const code = (body: string) => ({ name: 'code', body })
  const title = { name: 'title', body: 'Späte Überschrift' }
  const first = await files.post(admin, [code('fields-1'), title, file])
  const last = await files.post(admin, [file, title, code('fields-2')])
  const around = await files.post(admin, [title, file, code('fields-3')])
  for (const [index, reply] of [first, last, around].entries()) {
    expect(reply.json).toMatchObject({ code: `fields-${index + 1}`, title: title.body })
  }
  const empty = await files.post(admin, [code(''), { name: 'title', body: ' ' }, file])
  for (const reply of [empty, await files.post(admin, [file])]) {
    expect(reply.json).toMatchObject({ code: expect.stringMatching(/^\w{8}$/) })
  }
})

const names: readonly (readonly [sent: string, kept: string])[] = [
  ['naïve résumé – 文件.pdf', 'naïve résumé – 文件.pdf'],
  ['e\u0301te\u0301.txt', 'été.txt'],
  ['a%22b;c.txt', 'a"b;c.txt'],
  ['a\\"b;c.txt', 'a"b;c.txt'],
  ['🚀 launch.txt', '🚀 launch.txt'],
  ['شعار.png', 'شعار.png'],
  ['../../users/users.txt', 'users.txt'],
  ['C:\\\\Users\\\\ann\\\\plan.txt', 'plan.txt'],
  ['...hidden.txt', 'hidden.txt'],
  ['photo\u202egnp.txt', 'photognp.txt'],
  ['tab\there.txt', 'tabhere.txt'],
  ['CON.txt', 'CON.txt'],
  [`${'n'.repeat(251)}.txt`, `${'n'.repeat(251)}.txt`],
  [`${'文'.repeat(100)}.txt`, `${'文'.repeat(83)}.txt`],
]

test.each(names)('a name arrives as people know it: %j', async (sent, kept) => {
  const reply = await files.upload(admin, sent, 'bytes')
  expect(reply.status).toBe(201)
  const link = reply.json as Link
  expect(link.originalFilename).toBe(kept)
  const download = await server.fetch(`/${link.code}`)
  const encoded = /filename\*=UTF-8''(\S+)/.exec(download.headers.get('content-disposition') ?? '')?.[1]
  const plain = /filename="([^"\\]*)"/.exec(download.headers.get('content-disposition') ?? '')?.[1]
  expect(encoded ? decodeURIComponent(encoded) : plain).toBe(kept)
  expect(plain).toMatch(/^[\x20-\x7e]+$/)
  expect(await download.text()).toBe('bytes')
})

test('a file without a single byte is a file', async () => {
  const reply = await files.upload(admin, 'empty.txt', '', { code: 'empty' })
  expect(reply.json).toMatchObject({ fileSize: 0, sha256: files.sha256('') })
  const download = await server.fetch('/empty')
  expect(download.status).toBe(200)
  expect(download.headers.get('content-length')).toBe('0')
})

test('what the sender says of its kind does not count', async () => {
  const reply = await files.post(admin, [{ name: 'file', filename: 'a.txt', type: 'text/html', body: '<script>' }])
  expect(reply.json).toMatchObject({ mimeType: 'text/plain' })
})

test('progress is told while it arrives, at most four times a second, and the code is taken from its start', async () => {
  const { heard, stop } = await files.listen(server, admin)
  const connection = files.openSocket(server)
  await connection.send(files.uploadHead(server, admin, { 'Transfer-Encoding': 'chunked' }))
  await connection.send(files.chunk(files.filePartHead('slow.txt')))
  await connection.send(files.chunk('its first line, as long as it needs to be for the file to have begun'))
  const transfer = await transferOf('slow.txt')
  expect(transfer).toMatchObject({ kind: 'upload', state: 'running', name: 'slow.txt', owner: 'admin' })
  const visit = await server.fetch(`/${transfer.code}`)
  expect(visit.status).toBe(503)
  expect(visit.headers.get('retry-after')).toBe('2')
  expect(await visit.json()).toMatchObject({ code: 'not_ready' })
  const taken = admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: transfer.code })
  await expect(taken).rejects.toMatchObject({ code: 'code_taken' })

  const began = Date.now()
  let size = 'its first line, as long as it needs to be for the file to have begun'.length
  for (; Date.now() < began + 1000; size += 10_000, await sleep(2)) {
    await connection.send(files.chunk(Buffer.alloc(10_000, 'x')))
  }
  await connection.send(Buffer.concat([files.chunk(files.formTail), files.chunk('')]))
  await files.eventually(() => (connection.received.includes('HTTP/1.1 201') ? true : undefined), 'the answer')
  const told = heard.flatMap(({ name, data }) => (name === 'transfer' ? [data] : []))
  expect(told.length).toBeGreaterThanOrEqual(3)
  // One at its start and one at its end besides.
  expect(told.length).toBeLessThanOrEqual(2 + Math.ceil((Date.now() - began) / 250))
  expect(told.at(-1)).toMatchObject({ id: transfer.id, state: 'done', bytes: size, size })
  expect(told.some(data => 'speed' in data && data.speed > 0)).toBe(true)
  connection.close()
  stop()
})

test('an upload can be cancelled, by its owner alone', async () => {
  const connection = files.openSocket(server)
  await connection.send(files.uploadHead(server, admin, { 'Content-Length': 1_000_000 }))
  await connection.send(files.filePartHead('cancelled.txt'))
  await connection.send('its first line, as long as it needs to be for the file to have begun')
  const transfer = await transferOf('cancelled.txt')
  await expect(admin.call(api.transfers.cancel, { id: 'another' })).rejects.toMatchObject({ code: 'not_found' })
  await admin.call(api.transfers.cancel, { id: transfer.id })
  await connection.ended
  expect(connection.received).toMatch(/^HTTP\/1.1 499 /)
  const { items } = await admin.call(api.transfers.list, {})
  expect(items.find(({ id }) => id === transfer.id)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } })
  expect((await server.fetch(`/${transfer.code}`)).status).toBe(404)
  expect((await files.assetsOf(server)).filter(name => name.startsWith('.part-'))).toEqual([])
})

test('what a crash left half arrived is gone after the next start', async () => {
  const assets = join(server.dataDir, 'users', 'admin', 'assets')
  await mkdir(assets, { recursive: true })
  await writeFile(join(assets, '.part-0b0e7f3e-7f1c-4a63-8d5c-0a1f0f4b2f11'), 'half')
  const before = (await files.assetsOf(server)).filter(name => !name.startsWith('.part-'))
  await server.restart()
  admin = await server.as()
  expect((await files.assetsOf(server)).toSorted()).toEqual(before.toSorted())
})

test('limits are told, so that nobody sends what will not be taken', async () => {
  const limits = await admin.call(api.uploads.limits, {})
  expect(limits.maxFileSize).toBe(100 * 1024 * 1024)
  expect(limits.allowedExtensions).toContain('pdf')
  expect(limits.allowedExtensions).not.toContain('exe')
})

test('with every kind allowed, even a name without an ending is taken', async () => {
  const open = await startTestServer({ config: '[app]\nmax_file_size_mb = 0\n[uploads]\nallow_all = true\n' })
  const user = await open.as()
  expect(await user.call(api.uploads.limits, {})).toMatchObject({ maxFileSize: null, allowedExtensions: null })
  for (const [sent, kept] of [
    ['Makefile', 'Makefile'],
    ['...', 'file'],
    ['setup.exe', 'setup.exe'],
  ]) {
    expect((await files.upload(user, sent ?? '', 'bytes')).json).toMatchObject({ originalFilename: kept })
  }
  expect((await files.assetsOf(open)).map(name => name.split('.')[1]).toSorted()).toEqual(['bin', 'bin', 'exe'])
  await open.stop()
})
