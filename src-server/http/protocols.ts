import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions, type Server as TlsServer } from 'node:tls'
import type { Log } from '../log.ts'
import type { Connection } from './crowd.ts'
import { createHttp1, createHttp2 } from './http-servers.ts'

/**
 * What is spoken over connections that somebody else accepted: HTTP/1 as it is or within TLS, HTTP/2 within TLS. None of
 * the servers here listens anywhere. Whatever way a request comes, it is told with the connection that it came by.
 */
export interface ProtocolLimits {
  /** Milliseconds until a request's headers have to be here. */
  readonly headers: number
  /** Milliseconds until a TLS handshake has to be over. */
  readonly handshake: number
  /** Milliseconds that a connection is kept for another request. */
  readonly keepAlive: number
  /** The same over HTTP/2, where a browser has one connection for all. */
  readonly keepSession: number
  /** Milliseconds between two looks at what has taken too long. */
  readonly checkEvery: number
  /** Requests at a time over one HTTP/2 connection. */
  readonly streams: number
}

/** Undefined where the connection has left meanwhile. */
type Carrier = Connection | undefined

export interface ProtocolOptions {
  readonly limits: ProtocolLimits
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, carrier: Carrier) => void
  /** What came is no request of HTTP/1, or takes us for a proxy; the socket is still there to be answered. */
  readonly onRefused: (why: Error | 'tunnel', socket: Duplex, carrier: Carrier) => void
  readonly log: Log
}

export function createProtocols({ limits, onRequest, onRefused, log }: ProtocolOptions) {
  /** Sockets and HTTP/2 sessions, with the connection that carries each. */
  const carriers = new WeakMap<object, Connection>()
  const handshakes = new Map<string, Connection>()
  const sessions = new Set<ServerHttp2Session>()
  let isClosing = false

  const http1 = createHttp1(limits, {
    onRequest: (request, response) => onRequest(request, response, carriers.get(request.socket)),
    onRefused: (why, socket) => onRefused(why, socket, carriers.get(socket)),
  })
  const http2 = createHttp2(limits, {
    onRequest: (request, response, session) => onRequest(request, response, session && carriers.get(session)),
    onSession(session) {
      sessions.add(session)
      session.once('close', () => sessions.delete(session))
      session.on('error', error => log.debug(`An HTTP/2 connection broke: ${error.message}`))
      if (isClosing) session.close()
    },
  })

  function speakHttp1(socket: Duplex, connection: Connection): void {
    carriers.set(socket, connection)
    http1.emit('connection', socket)
  }

  function speakWithin(socket: TLSSocket): void {
    const connection = handshakes.get(pairOf(socket))
    if (!connection) return void socket.destroy()
    if (socket.alpnProtocol !== 'h2') return void speakHttp1(socket, connection)
    // In HTTP/2 no connection is open in one direction only.
    socket.allowHalfOpen = false
    http2.once('session', (session: ServerHttp2Session) => carriers.set(session, connection))
    http2.emit('connection', socket)
  }

  return {
    /** Plain HTTP/1. */
    speakPlain(connection: Connection): void {
      const { socket } = connection
      speakHttp1(socket, connection)
      process.nextTick(() => socket.resume())
    },

    /** Speaks TLS by these rules; to be called for each connection that begins with a handshake. */
    withTls(options: TlsOptions): (connection: Connection) => void {
      const server = openTls(options, limits.handshake, log).on('secureConnection', speakWithin)
      return connection => {
        const { socket } = connection
        const pair = pairOf(socket)
        handshakes.set(pair, connection)
        socket.once('close', () => handshakes.delete(pair))
        server.emit('connection', socket)
      }
    },

    /** From now on a connection is over as soon as it has nothing under way; to be called again and again. */
    closeIdle(): void {
      isClosing = true
      http1.closeIdleConnections()
      for (const session of sessions) session.close()
    },

    /** When nothing is open any more. */
    stop: () => void http1.close(),
  }
}

export type Protocols = ReturnType<typeof createProtocols>

function openTls(options: TlsOptions, handshakeTimeout: number, log: Log): TlsServer {
  const server = createTlsServer({ ...options, handshakeTimeout })
  return server.on('tlsClientError', (error, socket) => {
    log.debug(`No TLS with ${socket.remoteAddress ?? 'a client that left'}: ${error.message}`)
    socket.destroy()
  })
}

type Ends = Pick<TLSSocket, 'localAddress' | 'remoteAddress' | 'remotePort'>

/** What tells a connection from all others of a listener, and is the same below TLS and within. */
const pairOf = ({ localAddress, remoteAddress, remotePort }: Ends): string =>
  `${localAddress} ${remoteAddress} ${remotePort}`
