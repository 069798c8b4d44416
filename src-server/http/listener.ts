import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ListenOptions } from 'node:net'
import type { Log } from '../log.ts'
import { type ListenerKind, markRequest, readConnection } from './doors.ts'
import { answerClientErrors } from './errors.ts'

/** One HTTP listener on one address or socket. */
export interface Listener {
  /** The TCP port; 0 for a socket without one. */
  readonly port: number
  /** Takes no new connections, gives requests in flight `grace` milliseconds (Infinity: all they need), cuts the rest. */
  close(grace: number): Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

interface ListenerOptions {
  readonly kind: ListenerKind
  readonly handler: Handler
  readonly log: Log
  readonly at: ListenOptions
}

/** Rejects with the system's own error, such as EADDRINUSE. */
export async function openListener({ kind, handler, log, at }: ListenerOptions): Promise<Listener> {
  // Missing Host headers are refused further in, with all headers; uploads may take as long as they need.
  const server = createServer(
    { requireHostHeader: false, requestTimeout: 0, headersTimeout: 10_000 },
    (request, response) => {
      markRequest(request, readConnection(request, kind))
      handler(request, response)
    },
  )
  server.keepAliveTimeout = 20_000
  server.on('clientError', answerClientErrors(log))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })
  server.on('error', error => log.error('A listener failed', error))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  let closing: Promise<void> | undefined
  return {
    port,
    close: grace => {
      closing ??= closeServer(server)
      if (grace === 0) server.closeAllConnections()
      else if (Number.isFinite(grace)) cutAfter(server, grace, closing)
      return closing
    },
  }
}

async function closeServer(server: Server): Promise<void> {
  // Node closes the connections that are idle now; those whose answer ends later would be kept alive for another one.
  const timer = setInterval(() => server.closeIdleConnections(), 50)
  await new Promise<void>(resolve => server.close(() => resolve()))
  clearInterval(timer)
}

function cutAfter(server: Server, grace: number, closed: Promise<void>): void {
  const timer = setTimeout(() => server.closeAllConnections(), grace)
  void closed.then(() => clearTimeout(timer))
}
