import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type ListenOptions, type Server } from 'node:net'
import type { TlsOptions } from 'node:tls'
import type { Log } from '../log.ts'
import { type Connection, type CrowdLimits, createCrowd } from './crowd.ts'
import { type ListenerKind, markRequest, readConnection } from './doors.ts'
import type { SecurityHeaders } from './headers.ts'
import { createPace, type PaceLimits } from './pace.ts'
import { createProtocols, type ProtocolLimits, type Protocols } from './protocols.ts'
import { createRefusals, type Refusal } from './refusals.ts'
import { isTarget } from './well-formed.ts'

/** One listener on one address or socket; on the network's, the one port answers http and https. */
export interface Listener {
  /** The TCP port; 0 for a socket without one. */
  readonly port: number
  /** Takes no new connections, gives requests in flight `grace` milliseconds (Infinity: all they need), cuts the rest. */
  close(grace: number): Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

export interface ListenerOptions {
  readonly kind: ListenerKind
  readonly handler: Handler
  readonly log: Log
  readonly at: ListenOptions
  /** Left out: plain http alone. */
  readonly encryption?: Encryption
  /** Headers of the answers that the handler has no part in. */
  readonly headers: () => SecurityHeaders
  /** An address that may have as many connections as it likes; left out: none. */
  readonly isExempt?: (address: string) => boolean
  /** Told of all that was refused before it reached the handler. */
  readonly onRefused?: (refusal: Refusal) => void
  readonly limits?: Partial<ListenerLimits>
}

/** How TLS is spoken, if at all. */
export interface Encryption {
  /** What new connections get; undefined: no TLS. Asked when there is need, and then not again until it changes. */
  options(): Promise<TlsOptions | undefined>
  onChange(listener: () => void): () => void
}

export interface ListenerLimits extends CrowdLimits, PaceLimits, ProtocolLimits {
  /** Milliseconds until a connection has to bring its first byte. */
  readonly firstByte: number
}

const usualLimits: ListenerLimits = {
  ...{ inAll: 2000, perAddress: 64, streams: 100 },
  ...{ firstByte: 10_000, handshake: 10_000, headers: 10_000, checkEvery: 1_000 },
  ...{ keepAlive: 5_000, keepSession: 60_000, writeIdle: 120_000 },
  ...{ bodyBytes: 30 * 1024, bodyWindow: 30_000 },
}

/** Rejects with the system's own error, such as EADDRINUSE. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { kind, handler, log, at, headers, isExempt = () => false, onRefused = () => {} } = options
  const limits = { ...usualLimits, ...options.limits }
  const crowd = createCrowd({ limits, isExempt })
  const pace = createPace({ limits, headers })
  const refuse = createRefusals({ log, headers, onRefused })
  const protocols = createProtocols({
    ...{ limits, log },
    onRefused: refuse.malformed,
    onRequest(request, response, connection) {
      if (!connection) return void response.destroy()
      markRequest(request, readConnection(request, kind))
      connection.begin(response)
      pace.watch({ request, response, socket: connection.socket })
      if (isTarget(request.url ?? '')) handler(request, response)
      else refuse.unreadable(request, response, connection)
    },
  })
  const encryption = options.encryption && followEncryption(options.encryption, protocols, log)

  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    const connection = crowd.admit(socket)
    if (!connection) refuse.crowded(socket)
    else if (encryption) sniff(connection, limits.firstByte, encryption.speak, protocols.speakPlain)
    else protocols.speakPlain(connection)
  })
  await listen(server, at)
  server.on('error', error => log.error('A listener failed', error))
  const address = server.address()
  const closeAll = () => {
    for (const { socket } of crowd.all) socket.destroy()
  }
  let closed: Promise<void> | undefined
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: grace => {
      closed ??= closeServer(server, protocols, crowd.all).then(() => {
        encryption?.stop()
        pace.stop()
      })
      if (grace === 0) closeAll()
      else if (Number.isFinite(grace)) callUnless(closed, grace, closeAll)
      return closed
    },
  }
}

const listen = (server: Server, at: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })

async function closeServer(server: Server, protocols: Protocols, connections: ReadonlySet<Connection>): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const isLate = expires(lastHeaders)
  // Those are closed that are idle now; where the answer ends later, the connection would be kept for another one.
  const closeIdle = () => {
    protocols.closeIdle()
    for (const { socket, pending } of connections) {
      if (pending.size === 0 && (socket.bytesRead === 0 || isLate())) socket.destroy()
    }
  }
  closeIdle()
  const timer = setInterval(closeIdle, 50)
  await closed
  clearInterval(timer)
  protocols.stop()
}

/** Milliseconds that a request may take whose headers are on their way when the listener closes. */
const lastHeaders = 500

function expires(after: number): () => boolean {
  const end = performance.now() + after
  return () => performance.now() > end
}

function callUnless(over: Promise<void>, after: number, act: () => void): void {
  const timer = setTimeout(act, after)
  void over.then(() => clearTimeout(timer))
}

/** First byte of a TLS record that holds a handshake (RFC 8446, section 5.1). No method of HTTP begins with it. */
const handshake = 0x16

/** Waits for the first byte of a connection and leaves it where it is. A connection that brings none is closed. */
function sniff(
  connection: Connection,
  timeLimit: number,
  onTls: (connection: Connection) => void,
  onPlain: (connection: Connection) => void,
): void {
  const { socket } = connection
  const leave = () => socket.destroy()
  socket.setTimeout(timeLimit).once('timeout', leave).once('end', leave)
  socket.once('data', (first: Buffer) => {
    socket.setTimeout(0).off('timeout', leave).off('end', leave).pause()
    socket.unshift(first)
    if (first[0] === handshake) onTls(connection)
    else onPlain(connection)
  })
}

/** Speaks TLS as it is to be spoken at the moment; a change reaches new connections and no others. */
function followEncryption(encryption: Encryption, protocols: Protocols, log: Log) {
  let current: Promise<(connection: Connection) => void> | undefined
  const stop = encryption.onChange(() => {
    current = undefined
  })
  async function find(): Promise<(connection: Connection) => void> {
    const options = await encryption.options()
    return options ? protocols.withTls(options) : protocols.speakPlain
  }
  return {
    stop,
    speak(connection: Connection): void {
      current ??= find()
      current.then(
        speak => speak(connection),
        error => {
          current = undefined
          log.error('There is no certificate to encrypt with', error)
          connection.socket.destroy()
        },
      )
    },
  }
}
