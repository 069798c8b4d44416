import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Handler, type Listener, type ListenerOptions, openListener } from '../../src-server/http/listener.ts'
import { issueAuthority } from '../../src-server/tls/issue.ts'
import { soon } from '../helpers/files.ts'

/** A listener alone, with limits so small that nobody has to wait for them. */

const mega = 1024 * 1024
const log = { debug() {}, info() {}, warn() {}, error() {} }
const opened: { listener?: Listener; readonly left: (() => void)[] } = { left: [] }
let pair: { cert: string; key: string }

beforeAll(async () => {
  const day = 86_400_000
  const { certificate, key } = await issueAuthority({
    name: 'A server of the tests',
    permitted: { names: ['local'], networks: ['127.0.0.0/8'] },
    from: new Date(Date.now() - day),
    until: new Date(Date.now() + day),
  })
  pair = { cert: certificate, key }
})
afterEach(async () => {
  for (const leave of opened.left.splice(0)) leave()
  await opened.listener?.close(0)
})

async function open(handler: Handler, more: Partial<ListenerOptions>): Promise<number> {
  const encryption = {
    options: async () => ({ ...pair, ALPNProtocols: ['h2', 'http/1.1'] }),
    onChange: () => () => {},
  }
  const headers = () => ({ 'X-Frame-Options': 'SAMEORIGIN' })
  const at = { host: '127.0.0.1', port: 0 }
  opened.listener = await openListener({ kind: 'lan', handler, log, at, headers, encryption, ...more })
  return opened.listener.port
}

/** A connection that says no more than it is told to. */
async function come(port: number, { from = '127.0.0.66', says = '' } = {}) {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  opened.left.push(() => socket.destroy())
  let text = ''
  socket.on('error', () => {})
  socket.setEncoding('utf8').on('data', data => {
    text += data
  })
  const closed = new Promise<string>(resolve => socket.once('close', () => resolve(text)))
  await once(socket, 'connect')
  if (says !== '') socket.write(says)
  return { socket, closed, heard: () => text }
}

const ask = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n'
const answer: Handler = (_: IncomingMessage, response: ServerResponse) => response.end('here you are')

/** Answers to `/` at once, keeps the others waiting. */
function withHolding() {
  const held: ServerResponse[] = []
  const handler: Handler = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/') response.end('here you are')
    else held.push(response)
  }
  return { held, handler }
}

async function openHttp2(port: number): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    rejectUnauthorized: false,
    localAddress: '127.0.0.66',
  } as object)
  opened.left.push(() => session.destroy())
  session.on('error', () => {})
  await once(session, 'connect')
  return session
}

async function statusOf(session: ClientHttp2Session, headers: Record<string, string> = {}, body?: string) {
  const stream = session.request({ ':path': '/', ...headers }, { endStream: body === undefined })
  stream.on('error', () => {})
  if (body !== undefined) stream.write(body)
  const [head] = (await once(stream.resume(), 'response')) as [{ ':status'?: number }]
  return head[':status']
}

describe('too many connections', () => {
  test('of one address: the next is told so, with all headers; others come in', async () => {
    const refusals: unknown[] = []
    const { held, handler } = withHolding()
    const port = await open(handler, { limits: { perAddress: 3 }, onRefused: it => refusals.push(it) })
    for (let turn = 0; turn < 3; turn++) await come(port, { says: ask.replace('/', '/hold') })
    await vi.waitFor(() => expect(held).toHaveLength(3), soon)
    const refused = await (await come(port)).closed
    expect(refused).toMatch(/^HTTP\/1\.1 503 /)
    expect(refused).toMatch(/^X-Frame-Options: SAMEORIGIN\r$/m)
    expect(refused).toMatch(/^Retry-After: 5\r$/m)
    expect(refused).toContain('"code":"not_ready"')
    const bytes = refused.length - refused.indexOf('\r\n\r\n') - 4
    expect(refusals).toEqual([{ address: '127.0.0.66', status: 503, bytes }])
    const other = await come(port, { from: '127.0.0.67', says: ask })
    await vi.waitFor(() => expect(other.heard()).toContain('here you are'), soon)
  })

  test('of one address, some of them idle: the one that has been idle the longest makes room', async () => {
    const { held, handler } = withHolding()
    const port = await open(handler, { limits: { perAddress: 3 } })
    const busy = await come(port, { says: ask.replace('/', '/hold') })
    const idle = [await come(port, { says: ask }), await come(port, { says: ask })]
    for (const { heard } of idle) await vi.waitFor(() => expect(heard()).toContain('here you are'), soon)
    await vi.waitFor(() => expect(held).toHaveLength(1), soon)
    const last = await come(port, { says: ask })
    await vi.waitFor(() => expect(last.heard()).toContain('here you are'), soon)
    await idle[0]?.closed
    expect([busy, idle[1], last].map(it => it?.socket.destroyed)).toEqual([false, false, false])
  })

  test('of an address that many people come by: all come in', async () => {
    const port = await open(answer, { limits: { perAddress: 2 }, isExempt: address => address === '127.0.0.66' })
    const all = await Promise.all(Array.from({ length: 10 }, () => come(port, { says: ask })))
    for (const { heard } of all) await vi.waitFor(() => expect(heard()).toContain('here you are'), soon)
    expect(all.some(({ socket }) => socket.destroyed)).toBe(false)
  })

  test('in all: the idle make room for whoever asks for something, and those who ask are left alone', async () => {
    const { held, handler } = withHolding()
    const port = await open(handler, { limits: { inAll: 10 }, isExempt: () => true })
    const busy = []
    for (let turn = 0; turn < 5; turn++) busy.push(await come(port, { says: ask.replace('/', '/hold') }))
    await vi.waitFor(() => expect(held).toHaveLength(5), soon)
    const silent = []
    for (let turn = 0; turn < 5; turn++) silent.push(await come(port, { says: 'GET / HTTP/1.1\r\nHost:' }))
    for (let turn = 0; turn < 20; turn++) {
      const visitor = await come(port, { says: ask })
      await vi.waitFor(() => expect(visitor.heard()).toContain('here you are'), soon)
    }
    await Promise.all(silent.map(({ closed }) => closed))
    expect(busy.some(({ socket }) => socket.destroyed)).toBe(false)
    for (const response of held) response.end('at last')
    for (const { heard } of busy) await vi.waitFor(() => expect(heard()).toContain('at last'), soon)
  })
})

describe('whoever is slow', () => {
  test('to say anything at all is let go', async () => {
    const port = await open(answer, { limits: { firstByte: 50 } })
    expect(await (await come(port)).closed).toBe('')
  })

  test('to finish a TLS handshake is let go', async () => {
    const port = await open(answer, { limits: { handshake: 50 } })
    await (await come(port, { says: '\x16' })).closed
  })

  test('with the headers is told so', async () => {
    const port = await open(answer, { limits: { headers: 100, checkEvery: 20 } })
    const visitor = await come(port, { says: 'GET / HTTP/1.1\r\nHost: here\r\n' })
    expect(await visitor.closed).toMatch(/^HTTP\/1\.1 408 .*X-Frame-Options: SAMEORIGIN/s)
  })

  test('with the headers over TLS is told so', async () => {
    const port = await open(answer, { limits: { headers: 100, checkEvery: 20 } })
    const socket = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.write('GET / HTTP/1.1\r\nHost: here\r\n')
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })

  const pace = { bodyBytes: 1000, bodyWindow: 200 }
  const readAll: Handler = async (request: IncomingMessage, response: ServerResponse) => {
    let bytes = 0
    request.on('error', () => {})
    request.on('data', piece => {
      bytes += piece.length
    })
    request.on('end', () => response.end(`${bytes} bytes`))
  }
  const post = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n'

  test('with a body is told so', async () => {
    const port = await open(readAll, { limits: pace })
    const visitor = await come(port, { says: `${post}drop` })
    const drops = setInterval(() => visitor.socket.write('.'), 20)
    visitor.socket.on('end', () => visitor.socket.end())
    const heard = await visitor.closed
    clearInterval(drops)
    expect(heard).toMatch(/^HTTP\/1\.1 408 .*X-Frame-Options: SAMEORIGIN.*"code":"request_timeout"/is)
  })

  test('with a body over HTTP/2 is told so, and the connection goes on', async () => {
    const port = await open(readAll, { limits: pace })
    const session = await openHttp2(port)
    expect(await statusOf(session, { ':method': 'POST' }, 'drop')).toBe(408)
    expect(await statusOf(session)).toBe(200)
  })

  test('but steady with a body may take as long as it takes', async () => {
    const port = await open(readAll, { limits: { bodyBytes: 1000, bodyWindow: 400 } })
    const visitor = await come(port, { says: post.replace('1000000', '30000') })
    // Three windows long, and always faster than has to be.
    for (let turn = 0; turn < 30; turn++) {
      visitor.socket.write('x'.repeat(1000))
      await new Promise(resolve => setTimeout(resolve, 40))
    }
    await vi.waitFor(() => expect(visitor.heard()).toContain('30000 bytes'), soon)
  })

  test('because the server does not read on is not to blame', async () => {
    let resume = () => {}
    const handler: Handler = (request: IncomingMessage, response: ServerResponse) => {
      resume = () => void readAll(request, response)
    }
    const port = await open(handler, { limits: pace })
    const sent = request({ port, method: 'POST', headers: { 'Content-Length': 10 * mega } })
    sent.end(Buffer.alloc(10 * mega))
    await new Promise(resolve => setTimeout(resolve, 800))
    resume()
    const [reply] = (await once(sent, 'response')) as [IncomingMessage]
    expect([reply.statusCode, await textOf(reply)]).toEqual([200, `${10 * mega} bytes`])
  })

  const sendMuch: Handler = (_: IncomingMessage, response: ServerResponse) => response.end(Buffer.alloc(64 * mega))

  test('to take an answer is cut off', async () => {
    const port = await open(sendMuch, { limits: { writeIdle: 100 } })
    const visitor = await come(port)
    visitor.socket.pause().write(ask)
    // It is told only when it reads on, and gets no more than what was on its way.
    await new Promise(resolve => setTimeout(resolve, 600))
    visitor.socket.resume()
    expect((await visitor.closed).length).toBeLessThan(64 * mega)
  })

  test('to take an answer over HTTP/2 is cut off, and the other answers of the connection go on', async () => {
    const handler: Handler = (request: IncomingMessage, response: ServerResponse) =>
      request.url === '/much' ? response.end(Buffer.alloc(4 * mega)) : response.end('here you are')
    const port = await open(handler, { limits: { writeIdle: 100 } })
    const session = await openHttp2(port)
    const stream = session.request({ ':path': '/much' })
    const cut = new Promise<void>(resolve => stream.once('close', resolve))
    stream.on('error', () => {}).pause()
    await cut
    expect(stream.rstCode).not.toBe(constants.NGHTTP2_NO_ERROR)
    expect(await statusOf(session)).toBe(200)
  })

  test('because the server has nothing to say yet may wait', async () => {
    const { held, handler } = withHolding()
    const port = await open(handler, { limits: { writeIdle: 50 } })
    const visitor = await come(port, { says: ask.replace('/', '/hold') })
    await vi.waitFor(() => expect(held).toHaveLength(1), soon)
    await new Promise(resolve => setTimeout(resolve, 300))
    held[0]?.end('at last')
    await vi.waitFor(() => expect(visitor.heard()).toContain('at last'), soon)
  })
})

describe('one connection over HTTP/2', () => {
  test('gets so many requests answered at a time, and the others wait their turn', async () => {
    const { held, handler } = withHolding()
    const port = await open(handler, { limits: { streams: 5 } })
    const session = await openHttp2(port)
    await statusOf(session)
    for (let turn = 0; turn < 20; turn++) session.request({ ':path': '/hold' }).on('error', () => {})
    await vi.waitFor(() => expect(held).toHaveLength(5), soon)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(held).toHaveLength(5)
  })

  test('is closed once nobody uses it', async () => {
    const port = await open(answer, { limits: { keepSession: 100 } })
    const session = await openHttp2(port)
    expect(await statusOf(session)).toBe(200)
    await once(session, 'close')
  })
})

async function textOf(stream: Socket | IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}
