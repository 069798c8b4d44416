import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, type Link } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const run = promisify(execFile)
const bytes = randomBytes(3_000_001)

let server: TestServer
let admin: SignedIn
let folder: string
let etag: string
let modified: string

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as()
  folder = await mkdtemp(join(tmpdir(), 't8-downloads-'))
  await files.upload(admin, 'film – 映画.mp4', bytes, { code: 'film' })
  const { headers } = await server.fetch('/film', { method: 'HEAD' })
  etag = headers.get('etag') ?? ''
  modified = headers.get('last-modified') ?? ''
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const get = async (headers: Record<string, string> = {}, init: RequestInit = {}) => {
  const reply = await server.fetch('/film', { headers, ...init })
  return { reply, body: Buffer.from(await reply.arrayBuffer()) }
}
const visits = async (code: string) => (await admin.call(api.links.get, { code })).visits

describe('a whole file', () => {
  test('comes with all that a browser needs to save and to resume it', async () => {
    const { reply, body } = await get()
    expect(reply.status).toBe(200)
    expect(body.equals(bytes)).toBe(true)
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-type': 'video/mp4',
      'content-disposition': `attachment; filename="film _ __.mp4"; filename*=UTF-8''film%20%E2%80%93%20%E6%98%A0%E7%94%BB.mp4`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      etag: expect.stringMatching(/^"[^"]+"$/),
      'last-modified': expect.stringMatching(/ GMT$/),
    })
  })

  test('is asked about without being sent', async () => {
    const { reply, body } = await get({}, { method: 'HEAD' })
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-length')).toBe(String(bytes.length))
    expect(body.length).toBe(0)
  })

  test('is not sent again to who has it', async () => {
    const known: Record<string, string>[] = [
      { 'If-None-Match': etag },
      { 'If-None-Match': `"x", W/${etag}` },
      { 'If-Modified-Since': modified },
    ]
    for (const headers of known) {
      const { reply, body } = await get(headers)
      expect(reply.status).toBe(304)
      expect(body.length).toBe(0)
      expect(reply.headers.get('etag')).toBe(etag)
    }
    expect((await get({ 'If-None-Match': '"another"', 'If-Modified-Since': modified })).reply.status).toBe(200)
  })
})

describe('a part of a file', () => {
  const size = bytes.length
  const parts: readonly (readonly [range: string, start: number, end: number])[] = [
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=1000000-1999999', 1_000_000, 1_999_999],
    ['bytes=2999990-', 2_999_990, size - 1],
    ['bytes=-10', size - 10, size - 1],
    [`bytes=-${size * 2}`, 0, size - 1],
    [`bytes=5-${size * 2}`, 5, size - 1],
    ['bytes = 5 - 9', 5, 9],
  ]
  test.each(parts)('%s', async (range, start, end) => {
    const { reply, body } = await get({ Range: range })
    expect(reply.status).toBe(206)
    expect(reply.headers.get('content-range')).toBe(`bytes ${start}-${end}/${size}`)
    expect(reply.headers.get('content-length')).toBe(String(end - start + 1))
    expect(body.equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test.each([`bytes=${size}-`, `bytes=${size + 5}-${size + 9}`, 'bytes=-0'])(
    'past the end is none: %s',
    async range => {
      const { reply } = await get({ Range: range })
      expect(reply.status).toBe(416)
      expect(reply.headers.get('content-range')).toBe(`bytes */${size}`)
    },
  )

  test.each(['bytes=0-1,5-6', 'bytes=9-5', 'bytes=', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=1-2-3', 'garbage'])(
    'that cannot be made sense of is the whole: %s',
    async range => {
      const { reply, body } = await get({ Range: range })
      expect(reply.status).toBe(200)
      expect(body.length).toBe(size)
    },
  )

  test('goes on only from the same file, else it is the whole', async () => {
    const range = { Range: 'bytes=10-19' }
    expect((await get({ ...range, 'If-Range': etag })).reply.status).toBe(206)
    expect((await get({ ...range, 'If-Range': modified })).reply.status).toBe(206)
    for (const other of ['"another"', `W/${etag}`, new Date(0).toUTCString(), 'garbage']) {
      expect((await get({ ...range, 'If-Range': other })).reply.status).toBe(200)
    }
  })

  test('is not for a request that wants no bytes', async () => {
    expect((await get({ Range: 'bytes=0-9' }, { method: 'HEAD' })).reply.status).toBe(200)
  })
})

describe('curl', () => {
  test('resumes a download that broke off', async () => {
    const target = join(folder, 'film.mp4')
    await writeFile(target, bytes)
    await truncate(target, 1_234_567)
    await run('curl', ['-sS', '-C', '-', '-o', target, `${server.url}/film`])
    expect(files.sha256(await readFile(target))).toBe(files.sha256(bytes))
  })

  test('saves a file under its own name', async () => {
    await files.upload(admin, 'plain name.txt', 'text', { code: 'plain' })
    await run('curl', ['-sSOJ', `${server.url}/plain`], { cwd: folder })
    expect(await readFile(join(folder, 'plain name.txt'), 'utf8')).toBe('text')
  })

  test('uploads a file, and downloads the very same', async () => {
    const source = join(folder, 'ünïcode "name".bin.zip')
    await writeFile(source, bytes)
    const { stdout } = await run('curl', [
      ...['-sS', '-H', `Cookie: ${admin.cookie}`, '-H', `X-Trunk8-CSRF: ${admin.csrfToken}`],
      ...['-F', `file=@"${source.replaceAll('"', '\\"')}"`, '-F', 'title=From curl', `${server.url}/api/v1/links`],
    ])
    const link: Link = JSON.parse(stdout)
    expect(link).toMatchObject({ originalFilename: 'ünïcode "name".bin.zip', sha256: files.sha256(bytes) })
    const target = join(folder, 'again.zip')
    await run('curl', ['-sS', '-o', target, `${server.url}/${link.code}`])
    expect(files.sha256(await readFile(target))).toBe(files.sha256(bytes))
  })
})

describe('shown in place', () => {
  const shown: readonly (readonly [name: string, type: string])[] = [
    ['photo.png', 'image/png'],
    ['photo.JPG', 'image/jpeg'],
    ['song.mp3', 'audio/mpeg'],
    ['film.mp4', 'video/mp4'],
    ['paper.pdf', 'application/pdf'],
    ['notes.txt', 'text/plain; charset=utf-8'],
    ['page.html', 'text/plain; charset=utf-8'],
    ['code.js', 'text/plain; charset=utf-8'],
    ['data.xml', 'text/plain; charset=utf-8'],
  ]
  test.each(shown)('%s is %s', async (name, type) => {
    const { code } = (await files.upload(admin, name, '<script>alert(1)</script>')).json as Link
    const reply = await server.fetch(`/${code}?inline=1`)
    expect(reply.headers.get('content-type')).toBe(type)
    expect(reply.headers.get('content-disposition')).toMatch(/^inline; filename=/)
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
    expect((await server.fetch(`/${code}`)).headers.get('content-disposition')).toMatch(/^attachment; /)
  })

  test.each(['drawing.svg', 'archive.zip', 'letter.docx'])('%s never is', async name => {
    const { code } = (await files.upload(admin, name, '<svg onload="alert(1)"/>')).json as Link
    const reply = await server.fetch(`/${code}?inline=1`)
    expect(reply.headers.get('content-disposition')).toMatch(/^attachment; /)
    expect(reply.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  })
})

test('a visit counts once the file begins to leave, and not for questions, parts and repeats', async () => {
  await files.upload(admin, 'count.txt', 'twelve bytes', { code: 'count' })
  const ask = (headers: Record<string, string>, method = 'GET') =>
    server.fetch('/count', { headers, method }).then(reply => reply.arrayBuffer())
  const tag = (await server.fetch('/count', { method: 'HEAD' })).headers.get('etag') ?? ''
  await ask({ 'If-None-Match': tag })
  await ask({ Range: 'bytes=5-' })
  await ask({ Range: 'bytes=99-' })
  expect(await visits('count')).toBe(0)
  await ask({})
  await ask({ Range: 'bytes=0-' })
  expect(await visits('count')).toBe(2)
  expect((await admin.call(api.links.get, { code: 'count' })).lastVisitAt).toBeDefined()
})

test('what is unknown, expired or paused gives one and the same answer', async () => {
  const expiresAt = new Date(Date.now() + 150).toISOString()
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'x-expired', expiresAt })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'x-paused' })
  await admin.call(api.links.update, { code: 'x-paused', enabled: false })
  await files.eventually(
    async () => ((await server.fetch('/x-expired')).status === 404 ? true : undefined),
    'its expiry',
  )
  for (const accept of ['application/json', 'text/html']) {
    const answers = await Promise.all(
      ['x-unknown', 'x-expired', 'x-paused'].map(async code => {
        const reply = await server.fetch(`/${code}`, { headers: { Accept: accept } })
        expect(reply.status).toBe(404)
        expect(reply.headers.get('content-type')).toMatch(accept === 'text/html' ? /^text\/html/ : /problem\+json/)
        return (await reply.text()).replaceAll(code, 'CODE')
      }),
    )
    expect(new Set(answers).size).toBe(1)
  }
})

test('words that Trunk8 keeps for itself are never looked up', async () => {
  const toml = '[links.admin]\ntype = "redirect"\nurl = "https://example.com/"\n'
  const other = await startTestServer({ files: { 'users/admin/links.toml': toml } })
  expect((await other.fetch('/admin')).status).toBe(404)
  await other.stop()
})
