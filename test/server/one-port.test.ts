import { once } from 'node:events'
import { request as requestSecurely } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, type InstanceChanges } from '../../src-server/contract/index.ts'
import * as files from '../helpers/files.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let admin: SignedIn

beforeAll(async () => {
  server = await startTestServer({ config: '[app]\nmax_file_size_mb = 50\n' })
  admin = await server.as('', undefined, { isSecure: true })
  await files.upload(admin, 'big.txt', Buffer.alloc(20 * 1024 * 1024, 'x'), { code: 'big' })
})
afterAll(() => server.stop())

const port = () => server.running.sharing.port
const set = async (values: InstanceChanges['values']) => (await server.as()).call(api.instance.update, { values })

async function handshake(offers: string[] = ['h2', 'http/1.1']): Promise<TLSSocket> {
  const socket = connectSecurely({ port: port(), host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: offers })
  await once(socket, 'secureConnect')
  return socket
}

/** A download over TLS that stands still after its first bytes. */
async function beginDownload() {
  const request = requestSecurely({ port: port(), path: '/big', rejectUnauthorized: false, agent: false }).end()
  const [reply] = await once(request, 'response')
  let bytes = 0
  return {
    async finish(): Promise<number> {
      for await (const chunk of reply) bytes += chunk.length
      return bytes
    },
  }
}

describe('one port', () => {
  test('answers http and https alike', async () => {
    for (const isSecure of [false, true]) {
      const reply = await server.send({ path: '/healthz', isSecure })
      expect([reply.status, reply.text]).toEqual([200, '{"status":"ok"}'])
    }
  })

  test('leaves it to the client whether it is HTTP/2 or HTTP/1', async () => {
    for (const [offers, chosen] of [
      [['h2', 'http/1.1'], 'h2'],
      [['http/1.1'], 'http/1.1'],
    ] as const) {
      const socket = await handshake([...offers])
      expect(socket.alpnProtocol).toBe(chosen)
      socket.destroy()
    }
  })

  test('takes a first byte that comes alone, and long before the others', async () => {
    const socket = connect(port(), '127.0.0.1')
    await once(socket, 'connect')
    for (const part of ['G', 'ET /healthz HT', 'TP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n']) {
      socket.write(part)
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('goes on after a handshake that is none', async () => {
    const socket = connect(port(), '127.0.0.1')
    socket.end(Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5]))
    socket.resume().on('error', () => {})
    await once(socket, 'close')
    expect((await server.send({ path: '/healthz', isSecure: true })).status).toBe(200)
  })

  test('keeps nobody for long who comes and says nothing', async () => {
    const socket = connect(port(), '127.0.0.1')
    await once(socket, 'connect')
    socket.end()
    await once(socket.resume(), 'close')
  })
})

describe('while the server runs', () => {
  test('encryption is switched off and on, and a download over it goes on to its end', async () => {
    const download = await beginDownload()
    await set({ 'tls.mode': 'off' })
    await expect(handshake()).rejects.toThrow()
    expect((await server.send({ path: '/healthz' })).status).toBe(200)
    expect(await download.finish()).toBe(20 * 1024 * 1024)
    await set({ 'tls.mode': 'dual' })
    expect((await server.send({ path: '/healthz', isSecure: true })).status).toBe(200)
  })

  test('HTTP/2 is switched off and on', async () => {
    await set({ 'tls.http2': false })
    const socket = await handshake()
    expect(socket.alpnProtocol).toBe('http/1.1')
    socket.destroy()
    await set({ 'tls.http2': true })
    const again = await handshake()
    expect(again.alpnProtocol).toBe('h2')
    again.destroy()
  })
})

describe('at its end', () => {
  test('a download over https is finished, and idle connections are closed at once', async () => {
    const download = await beginDownload()
    const silent = connect(port(), '127.0.0.1').resume()
    await once(silent, 'connect')
    const restarted = server.restart()
    await once(silent, 'close')
    expect(await download.finish()).toBe(20 * 1024 * 1024)
    await restarted
  })
})

async function textOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += chunk
  return text
}
