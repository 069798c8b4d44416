import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHttp2 } from '../helpers/http2.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

/** Frames that no client in its right mind sends (RFC 9113, section 10.5), byte by byte. */

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const types = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, windowUpdate: 8, continuation: 9 } as const
const endStream = 1
const endHeaders = 4

interface Frame {
  readonly type: keyof typeof types
  readonly flags?: number
  readonly stream?: number
  readonly body?: Buffer
}

function encode({ type, flags = 0, stream = 0, body = Buffer.alloc(0) }: Frame): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(body.length, 0, 3)
  head[3] = types[type]
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, body])
}

/** GET https://127.0.0.1/healthz, by the static table of HPACK (RFC 7541, appendix A). */
const headers = Buffer.concat([
  Buffer.from([0x82, 0x87, 0x04, 8]),
  Buffer.from('/healthz'),
  Buffer.from([0x01, 9]),
  Buffer.from('127.0.0.1'),
])
const code = (value: number) => {
  const body = Buffer.alloc(4)
  body.writeUInt32BE(value)
  return body
}

async function greet(): Promise<TLSSocket> {
  const { port } = server.running.sharing
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] })
  socket.on('error', () => {}).resume()
  await once(socket, 'secureConnect')
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(encode({ type: 'settings' }))
  return socket
}

/** Sends these again and again until the server has had enough. Resolves to the number of turns that it bore. */
async function flood(framesOf: (turn: number) => readonly Frame[], { most = 200_000 } = {}): Promise<number> {
  const socket = await greet()
  const closed = once(socket, 'close')
  let turn = 0
  while (socket.writable && turn < most) {
    const piece = Buffer.concat(Array.from({ length: 100 }, () => framesOf(turn++).map(encode)).flat())
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => {}), closed])
    else await new Promise(resolve => setImmediate(resolve))
  }
  socket.destroy()
  await closed
  return turn
}

async function expectWell(): Promise<void> {
  const http2 = await openHttp2(server)
  expect((await http2.send({ headers: { ':path': '/healthz' } })).status).toBe(200)
  http2.close()
}

const attacks: readonly (readonly [name: string, frames: (turn: number) => readonly Frame[], most: number])[] = [
  [
    'requests that are taken back at once',
    turn => [
      { type: 'headers', flags: endStream | endHeaders, stream: 2 * turn + 1, body: headers },
      { type: 'reset', stream: 2 * turn + 1, body: code(8) },
    ],
    20_000,
  ],
  ['pings', () => [{ type: 'ping', body: Buffer.alloc(8) }], 100_000],
  ['settings', () => [{ type: 'settings' }], 100_000],
  [
    'headers that never end',
    turn =>
      turn === 0
        ? [{ type: 'headers', flags: endStream, stream: 1, body: headers }]
        : [
            {
              type: 'continuation',
              stream: 1,
              body: Buffer.concat([Buffer.from([0, 1]), Buffer.from('x'), Buffer.from([100]), Buffer.alloc(100, 'y')]),
            },
          ],
    10_000,
  ],
  ['frames for streams that there are not', () => [{ type: 'windowUpdate', stream: 99, body: code(1) }], 10_000],
  ['windows that grow by nothing', () => [{ type: 'windowUpdate', body: code(0) }], 10_000],
]

test.each(attacks)(
  'a connection that brings a flood of %s is closed, and the server goes on',
  async (_, frames, most) => {
    expect(await flood(frames, { most: most * 2 })).toBeLessThan(most)
    await expectWell()
  },
)

test('one that says nothing after its greeting costs no more than one that is idle', async () => {
  const socket = await greet()
  await expectWell()
  socket.destroy()
})
