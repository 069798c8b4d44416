import { createServer as createHttp1Server, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2'
import type { Duplex } from 'node:stream'
import { endFloods } from './http2-floods.ts'
import type { ProtocolLimits } from './protocols.ts'

/** Node's servers of both versions, bounded in all that a client could pile up. They get their connections by hand. */

/** What headers may take together (RFC 6585, section 5). */
const headerBytes = 16 * 1024
export const maxHeaders = 100

interface Http1Events {
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void
  readonly onRefused: (why: Error | 'tunnel', socket: Duplex) => void
}

export function createHttp1(limits: ProtocolLimits, { onRequest, onRefused }: Http1Events): Server {
  const server = createHttp1Server({
    // Refused further in, with all headers.
    requireHostHeader: false,
    maxHeaderSize: headerBytes,
    headersTimeout: limits.headers,
    // An upload may take as long as it needs, as long as it gets on.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: limits.checkEvery,
  })
  // The parser drops those above its limit without a word: one more than are allowed shows that there are too many.
  server.maxHeadersCount = maxHeaders + 1
  server.on('request', onRequest)
  // Other expectations than `100-continue` may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', onRequest)
  server.on('connect', (_, socket) => onRefused('tunnel', socket))
  server.on('clientError', onRefused)
  // Else it would not watch over the time that headers take, since it never listens.
  server.emit('listening')
  return server
}

interface Http2Events {
  readonly onRequest: (
    request: IncomingMessage,
    response: ServerResponse,
    session: ServerHttp2Session | undefined,
  ) => void
  readonly onSession: (session: ServerHttp2Session) => void
}

const windowSize = 1024 * 1024

export function createHttp2(limits: ProtocolLimits, { onRequest, onSession }: Http2Events): Http2Server {
  const server = createHttp2Server({
    settings: {
      enablePush: false,
      maxConcurrentStreams: limits.streams,
      maxHeaderListSize: headerBytes,
      initialWindowSize: windowSize,
    },
    // With the four that HTTP/2 adds of its own.
    maxHeaderListPairs: maxHeaders + 4,
    maxSettings: 32,
    maxOutstandingPings: 10,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    // Megabytes, with what waits to be sent: room for as many downloads at a time as there may be requests.
    maxSessionMemory: 64,
  })
  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(windowSize)
    // What is under way may end; it has limits of its own.
    session.setTimeout(limits.keepSession, () => session.close())
    endFloods(session)
    onSession(session)
  })
  server.on('request', (request, response) => {
    const { session, endAfterHeaders } = request.stream
    // Koa and all that is ours know both in the terms of HTTP/1, which Node keeps up for HTTP/2, but for this: only there
    // a body needs no header that tells of it.
    if (!endAfterHeaders && request.headers['content-length'] === undefined) {
      request.headers['transfer-encoding'] = 'chunked'
    }
    onRequest(
      request as unknown as IncomingMessage,
      response as unknown as ServerResponse,
      session as ServerHttp2Session | undefined,
    )
  })
  server.on('connect', (_, response) => {
    response.statusCode = 405
    response.end()
  })
  return server
}
