import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const limit = 1024 * 1024

let server: TestServer
let admin: SignedIn
let before: string[]

beforeAll(async () => {
  server = await startTestServer({ config: '[app]\nmax_file_size_mb = 1\n' })
  admin = await server.as()
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'taken' })
})
afterAll(() => server.stop())

const everything = () => files.snapshot(server.dataDir, { except: ['logs', 'state'] })
const running = async () => (await admin.call(api.transfers.list, {})).items.filter(({ state }) => state === 'running')

beforeEach(async () => {
  before = await everything()
})

/** Not a file, not a link, not a code that is held, not a transfer that goes on. */
async function expectNothingLeft(code?: string): Promise<void> {
  expect(await everything()).toEqual(before)
  expect(await running()).toEqual([])
  if (code !== undefined) expect((await server.fetch(`/${code}`)).status).toBe(404)
}

const create = (body: unknown) =>
  admin.send({
    method: 'POST',
    path: '/api/v1/links',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

describe('a link is refused, and says why, when', () => {
  const url = 'https://example.com'
  const refused: readonly (readonly [why: string, body: object, path: string])[] = [
    ['its code is kept for Trunk8', { url, code: 'admin' }, 'code'],
    ['its code is kept in another case', { url, code: 'Admin' }, 'code'],
    ['its code has a space', { url, code: 'two words' }, 'code'],
    ['its code leads out of the folder', { url, code: '../users' }, 'code'],
    ['its code is longer than 50 characters', { url, code: 'a'.repeat(51) }, 'code'],
    ['its code is empty', { url, code: '' }, 'code'],
    ['its target is a script', { url: 'javascript:alert(1)' }, 'url'],
    ['its target is a script in disguise', { url: ' JavaScript:alert(1)' }, 'url'],
    ['its target is data', { url: 'data:text/html,x' }, 'url'],
    ['its target is a file', { url: 'file:///etc/passwd' }, 'url'],
    ['its target breaks the header', { url: 'https://example.com/\r\nSet-Cookie: a=b' }, 'url'],
    ['half a character stands in its target', { url: 'https://example.com/\ud800' }, 'url'],
    ['it has no target', {}, 'url'],
    ['its title has two lines', { url, title: 'one\ntwo' }, 'title'],
    ['its title has a character that upstream would spoil', { url, title: 'a\u0001b' }, 'title'],
    ['half a character stands in its title', { url, title: 'a\ud800' }, 'title'],
    ['its expiry has passed', { url, expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['its expiry has no offset', { url, expiresAt: '2099-01-01T00:00:00' }, 'expiresAt'],
  ]

  test.each(refused)('%s', async (_why, body, path) => {
    const reply = await create({ type: 'redirect', ...body })
    expect(reply.status).toBe(422)
    expect(reply.json).toMatchObject({ code: 'invalid_input', errors: [{ path }] })
    await expectNothingLeft()
  })

  test('its code is taken', async () => {
    const reply = await create({ type: 'redirect', url, code: 'taken' })
    expect(reply.status).toBe(409)
    expect(reply.json).toMatchObject({ code: 'code_taken' })
    expect((await create({ type: 'redirect', url, code: 'Taken' })).status).toBe(201)
    await admin.call(api.links.remove, { code: 'Taken' })
  })

  test('it is no JSON', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const reply = await admin.send({ method: 'POST', path: '/api/v1/links', headers, body: '{"type":' })
    expect(reply.status).toBe(400)
    await expectNothingLeft()
  })
})

describe('a file is refused, and nothing of it stays, when', () => {
  test('its code is taken, before or after its bytes', async () => {
    const file = { name: 'file', filename: 'a.txt', body: 'text' }
    const code = { name: 'code', body: 'taken' }
    for (const parts of [
      [code, file],
      [file, code],
    ]) {
      const reply = await files.post(admin, parts)
      expect(reply.status).toBe(409)
      expect(reply.json).toMatchObject({ code: 'code_taken' })
      await expectNothingLeft()
    }
  })

  test.each(['setup.exe', 'invoice.pdf.exe', 'no-extension', 'dot.', '.bashrc'])(
    'its kind is not allowed: %s',
    async name => {
      const reply = await files.upload(admin, name, 'bytes', { code: 'kind' })
      expect(reply.status).toBe(415)
      expect(reply.json).toMatchObject({ code: 'file_type_not_allowed' })
      await expectNothingLeft('kind')
    },
  )

  test('a field is wrong, before or after its bytes', async () => {
    const file = { name: 'file', filename: 'a.txt', body: 'text' }
    for (const [name, body] of [
      ['code', 'two words'],
      ['expiresAt', 'yesterday'],
      ['title', 'x'.repeat(300)],
      ['title', 'x'.repeat(20_000)],
      ['type', 'redirect'],
    ] as const) {
      for (const parts of [
        [{ name, body }, file],
        [file, { name, body }],
      ]) {
        const reply = await files.post(admin, parts)
        expect(reply.status).toBe(422)
        expect(reply.json).toMatchObject({ code: 'invalid_input' })
        await expectNothingLeft()
      }
    }
  })

  test('there is none, or more than one, or it stands in a part of another name', async () => {
    const file = { name: 'file', filename: 'a.txt', body: 'text' }
    for (const parts of [
      [],
      [{ name: 'code', body: 'none' }],
      [file, { ...file, filename: 'b.txt' }],
      [{ ...file, name: 'upload' }],
    ]) {
      const reply = await files.post(admin, parts)
      expect(reply.status).toBe(422)
      await expectNothingLeft('none')
    }
  })

  test('the form is cut short, or is none', async () => {
    const { body, type } = files.multipart([{ name: 'file', filename: 'a.txt', body: 'x'.repeat(5000) }])
    const headers = { 'Content-Type': type }
    const cut = await admin.send({ method: 'POST', path: '/api/v1/links', headers, body: body.subarray(0, 3000) })
    expect(cut.status).toBe(400)
    await expectNothingLeft()
    const none = { 'Content-Type': 'multipart/form-data' }
    expect((await admin.send({ method: 'POST', path: '/api/v1/links', headers: none, body: 'x' })).status).toBe(400)
    await expectNothingLeft()
  })

  test('it is announced as too large: the answer comes before a byte of it is sent', async () => {
    const connection = files.openSocket(server)
    await connection.send(files.uploadHead(server, admin, { 'Content-Length': 50 * 1024 ** 3 }))
    await connection.ended
    expect(connection.received).toMatch(/^HTTP\/1.1 413 /)
    expect(connection.received).toMatch(/^connection: close/im)
    expect(connection.received).toContain('"code":"file_too_large"')
    expect(connection.received).toContain('at most 1 MB')
    connection.close()
    await expectNothingLeft()
  })

  test('it is announced as too large and sent all the same: the answer is not lost', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024)
    const { type } = files.multipart([])
    const reply = await admin.send({ method: 'POST', path: '/api/v1/links', headers: { 'Content-Type': type }, body })
    expect(reply.status).toBe(413)
    expect(reply.json).toMatchObject({ code: 'file_too_large' })
    await expectNothingLeft()
  })

  test('it turns out too large on the way, in chunks that announce nothing', async () => {
    const connection = files.openSocket(server)
    await connection.send(files.uploadHead(server, admin, { 'Transfer-Encoding': 'chunked' }))
    await connection.send(files.chunk(files.filePartHead('big.txt')))
    // It never ends: only a limit that is kept while it arrives can end it.
    const piece = files.chunk(Buffer.alloc(64 * 1024))
    let sent = 0
    while (!connection.received && sent < 400 && (await connection.send(piece))) sent += 1
    await connection.ended
    expect(connection.received).toMatch(/^HTTP\/1.1 413 /)
    connection.close()
    await expectNothingLeft()
  })

  test('it has one byte more than the limit; a file of exactly the limit is taken', async () => {
    expect((await files.upload(admin, 'over.txt', Buffer.alloc(limit + 1))).status).toBe(413)
    await expectNothingLeft()
    const exact = await files.upload(admin, 'exact.txt', Buffer.alloc(limit), { code: 'exact' })
    expect(exact.status).toBe(201)
    expect(exact.json).toMatchObject({ fileSize: limit })
    await admin.call(api.links.remove, { code: 'exact' })
  })

  test('its sender leaves midway', async () => {
    const connection = files.openSocket(server)
    await connection.send(files.uploadHead(server, admin, { 'Content-Length': 500_000 }))
    await connection.send(files.filePartHead('half.txt'))
    await connection.send(Buffer.alloc(100_000))
    await files.eventually(async () => (await files.assetsOf(server)).find(name => name.startsWith('.part-')), 'a part')
    const [transfer] = await running()
    expect((await server.fetch(`/${transfer?.code}`)).status).toBe(503)
    connection.close()
    await files.eventually(async () => ((await files.assetsOf(server)).length === 0 ? true : undefined), 'its end')
    await files.eventually(async () => ((await running()).length === 0 ? true : undefined), 'its transfer to end')
    await expectNothingLeft(transfer?.code)
  })

  test('its sender is not signed in, or his page is of another site', async () => {
    const { body, type } = files.multipart([{ name: 'file', filename: 'a.txt', body: 'text' }])
    const headers = { 'Content-Type': type }
    const send = (more: Record<string, string>) =>
      server.send({ method: 'POST', path: '/api/v1/links', headers: { ...headers, ...more }, body })
    expect((await send({})).status).toBe(401)
    expect((await send({ Cookie: admin.cookie })).status).toBe(403)
    expect((await send({ Cookie: admin.cookie, 'X-Trunk8-CSRF': admin.csrfToken, Origin: 'null' })).status).toBe(403)
    await expectNothingLeft()
  })
})
