import { once } from 'node:events'
import { constants } from 'node:http2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type Http2, openHttp2, readReply } from '../helpers/http2.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const mega = 1024 * 1024

let server: TestServer
let admin: SignedIn
let http2: Http2

beforeAll(async () => {
  server = await startTestServer({ config: '[app]\nmax_file_size_mb = 10\n' })
  admin = await server.as('', undefined, { isSecure: true })
})
beforeEach(async () => {
  http2 = await openHttp2(server)
})
afterEach(() => http2.close())
afterAll(() => server.stop())

const mine = () => ({ cookie: admin.cookie, 'x-trunk8-csrf': admin.csrfToken })
const jsonOf = ({ body }: { body: Buffer }) => JSON.parse(body.toString())

/** Bytes that no part of equals another. */
const bytes = (length: number): Buffer => {
  const all = Buffer.alloc(length)
  for (let at = 0; at + 4 <= length; at += 4) all.writeUInt32LE(at, at)
  return all
}

function postFile(filename: string, body: Buffer, fields: Record<string, string> = {}) {
  const parts = [...Object.entries(fields).map(([name, body]) => ({ name, body })), { name: 'file', filename, body }]
  const form = files.multipart(parts)
  const headers = { ':method': 'POST', ':path': '/api/v1/links', ...mine(), 'content-type': form.type }
  return http2.send({ headers, body: form.body })
}

describe('over HTTP/2', () => {
  test('a person signs in, makes a link and follows it', async () => {
    const signedIn = await http2.send({
      headers: { ':method': 'POST', ':path': '/auth/login', 'content-type': 'application/json' },
      body: JSON.stringify({ password: server.adminPassword }),
    })
    expect(signedIn.status).toBe(200)
    expect(signedIn.headers['set-cookie']?.[0]).toMatch(/; httponly/i)
    const made = await http2.send({
      headers: { ':method': 'POST', ':path': '/api/v1/links', ...mine(), 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'redirect', url: 'https://example.com/', code: 'away' }),
    })
    expect(made.status).toBe(201)
    const followed = await http2.send({ headers: { ':path': '/away' } })
    expect([followed.status, followed.headers.location]).toEqual([302, 'https://example.com/'])
    expect(followed.headers).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', 'x-content-type-options': 'nosniff' })
    expect(followed.headers).not.toHaveProperty('connection')
  })

  test('a file comes in whole and goes out whole, in parts, and not at all where it is known', async () => {
    const file = bytes(5 * mega)
    const sent = await postFile('numbers.txt', file, { code: 'numbers' })
    expect([sent.status, jsonOf(sent)]).toMatchObject([201, { fileSize: file.length, sha256: files.sha256(file) }])
    const whole = await http2.send({ headers: { ':path': '/numbers' } })
    expect(files.sha256(whole.body)).toBe(files.sha256(file))
    const part = await http2.send({ headers: { ':path': '/numbers', range: 'bytes=1000-2999' } })
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 1000-2999/${file.length}`])
    expect(part.body.equals(file.subarray(1000, 3000))).toBe(true)
    const none = await http2.send({ headers: { ':path': '/numbers', 'if-none-match': String(whole.headers.etag) } })
    expect([none.status, none.body.length]).toEqual([304, 0])
    const head = await http2.send({ headers: { ':method': 'HEAD', ':path': '/numbers' } })
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(file.length), 0])
  })

  test('many downloads at once share one connection', async () => {
    const file = bytes(mega)
    await postFile('shared.txt', file, { code: 'shared' })
    const all = await Promise.all(Array.from({ length: 50 }, () => http2.send({ headers: { ':path': '/shared' } })))
    expect(new Set(all.map(({ body }) => files.sha256(body)))).toEqual(new Set([files.sha256(file)]))
  })

  test('a file that is announced as too large is refused before it is sent, and the connection goes on', async () => {
    const headers = { ':method': 'POST', ':path': '/api/v1/links', ...mine(), 'content-type': files.multipart([]).type }
    const stream = http2.begin({ ...headers, 'content-length': 50 * 1024 * mega }, { isOpen: true })
    const reply = await readReply(stream)
    expect([reply.status, jsonOf(reply)]).toMatchObject([413, { code: 'file_too_large' }])
    await vi.waitFor(() => expect(stream.closed).toBe(true), files.soon)
    expect((await http2.send({ headers: { ':path': '/healthz' } })).status).toBe(200)
  })

  test('a file that turns out too large on the way is refused, and the rest of it asked for no more', async () => {
    const headers = { ':method': 'POST', ':path': '/api/v1/links', ...mine(), 'content-type': files.multipart([]).type }
    const stream = http2.begin(headers, { isOpen: true })
    stream.on('error', () => {})
    const answered = readReply(stream)
    stream.write(files.filePartHead('endless.txt'))
    const send = (): void => {
      if (!stream.closed && !stream.destroyed) stream.write(Buffer.alloc(256 * 1024), () => setImmediate(send))
    }
    send()
    const reply = await answered
    expect([reply.status, jsonOf(reply)]).toMatchObject([413, { code: 'file_too_large' }])
    await vi.waitFor(() => expect(stream.closed).toBe(true), files.soon)
    expect((await http2.send({ headers: { ':path': '/healthz' } })).status).toBe(200)
    expect((await files.assetsOf(server)).filter(name => name.startsWith('.part-'))).toEqual([])
  })

  test('a sender who leaves midway leaves nothing behind', async () => {
    const headers = { ':method': 'POST', ':path': '/api/v1/links', ...mine(), 'content-type': files.multipart([]).type }
    const stream = http2.begin(headers, { isOpen: true })
    stream.on('error', () => {})
    stream.write(files.filePartHead('half.txt'))
    stream.write(Buffer.alloc(100_000))
    const parts = async () => (await files.assetsOf(server)).filter(name => name.startsWith('.part-'))
    await files.eventually(async () => ((await parts()).length > 0 ? true : undefined), 'a part')
    stream.close(constants.NGHTTP2_CANCEL)
    await files.eventually(async () => ((await parts()).length === 0 ? true : undefined), 'its end')
  })

  test('a body that is too long for its form is refused', async () => {
    const headers = { ':method': 'POST', ':path': '/auth/login', 'content-type': 'application/json' }
    const reply = await http2.send({ headers, body: `"${'x'.repeat(70_000)}"` })
    expect([reply.status, jsonOf(reply)]).toMatchObject([413, { code: 'body_too_large' }])
  })

  test('events arrive as they happen, and end with the session', async () => {
    const user = await server.as('', undefined, { isSecure: true })
    const stream = http2.begin({ ':path': '/api/v1/events', cookie: user.cookie })
    let heard = ''
    stream.setEncoding('utf8').on('data', text => {
      heard += text
    })
    await vi.waitFor(() => expect(heard).toContain(': hello'), files.soon)
    await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'heard' })
    await vi.waitFor(() => expect(heard).toContain('event: links'), files.soon)
    const ended = once(stream, 'end')
    await user.call(api.sessions.signOut, {})
    await ended
  })

  test('a protected link asks for its password', async () => {
    await files.upload(admin, 'secret.txt', 'told to few', { code: 'secret' })
    await admin.call(api.links.update, { code: 'secret', password: 'open, sesame' })
    const asked = await http2.send({ headers: { ':path': '/secret', accept: 'text/html' } })
    expect([asked.status, asked.body.toString()]).toEqual([401, expect.stringContaining('<form')])
    const headers = { ':method': 'POST', ':path': '/secret', 'content-type': 'application/x-www-form-urlencoded' }
    const opened = await http2.send({
      headers: { ...headers, origin: server.url.replace('http:', 'https:') },
      body: new URLSearchParams({ password: 'open, sesame' }).toString(),
    })
    expect([302, 303]).toContain(opened.status)
  })

  test('the host is the one that HTTP/2 names, and another beside it is refused', async () => {
    const ask = async (headers: Record<string, string>) =>
      (await http2.send({ headers: { ':path': '/', ...headers } })).status
    expect(await ask({ ':authority': 'evil.test' })).toBe(421)
    expect(await ask({ ':authority': 'localhost', host: 'evil.test' })).toBe(400)
    expect(await ask({ host: 'evil.test' })).toBe(421)
    expect([200, 503]).toContain(await ask({ ':authority': 'localhost', host: 'localhost' }))
  })

  test('nobody is served as by a proxy', async () => {
    const stream = http2.session.request({ ':method': 'CONNECT', ':authority': 'example.com:443' })
    expect((await readReply(stream)).status).toBe(405)
  })

  test('a client that sends more headers than are allowed is refused, and others are not', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'y']))
    await expect(http2.send({ headers: { ':path': '/healthz', ...many } })).rejects.toThrow()
    const other = await openHttp2(server)
    expect((await other.send({ headers: { ':path': '/healthz' } })).status).toBe(200)
    other.close()
  })
})

describe('when the server stops', () => {
  test('what is under way over HTTP/2 is finished, and the client is told to ask elsewhere', async () => {
    await postFile('last.txt', bytes(5 * mega), { code: 'last' })
    const stream = http2.begin({ ':path': '/last' })
    await once(stream, 'response')
    const told = once(http2.session, 'goaway')
    const restarted = server.restart()
    await told
    expect(Buffer.concat(await stream.toArray()).length).toBe(5 * mega)
    await restarted
  })
})
