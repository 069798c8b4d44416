import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import type { Connection } from './crowd.ts'
import type { SecurityHeaders } from './headers.ts'
import { toPlainAddress } from './own-addresses.ts'
import { answerInstead, endWith } from './raw-answer.ts'

/**
 * Answers what comes in and never becomes a request: HTTP that cannot be parsed (RFC 9112), calls for a tunnel, one
 * connection too many. Each is told to the log, since nobody further in hears of it.
 */
export interface Refusal {
  /** In plain form. */
  readonly address: string
  readonly status: number
  /** Length of the answer's body. */
  readonly bytes: number
}

interface RefusalOptions {
  readonly log: Log
  readonly headers: () => SecurityHeaders
  readonly onRefused: (refusal: Refusal) => void
}

export function createRefusals({ log, headers, onRefused }: RefusalOptions) {
  const refused = new WeakSet<Duplex>()
  /** When the crowd was last spoken of. */
  let lastTold = Number.NEGATIVE_INFINITY

  function answer(socket: Duplex, address: string, { status, error }: Answer): void {
    onRefused({ address, status, bytes: endWith(socket, status, error, headers()) })
  }

  return {
    malformed(why: Error | 'tunnel', socket: Duplex, connection: Connection | undefined): void {
      // What follows the first fault is no news.
      if (refused.has(socket)) return
      refused.add(socket)
      const code = why === 'tunnel' ? 'CONNECT' : ((why as NodeJS.ErrnoException).code ?? why.message)
      const hasBegun = [...(connection?.pending ?? [])].some(response => response.headersSent)
      // A visitor who left, or one who is in the middle of an answer, which another must not be mixed with.
      if (code === 'ECONNRESET' || code === 'EPIPE' || !socket.writable || hasBegun) return void socket.destroy()
      const address = connection?.address ?? ''
      log.warn(`A malformed request from ${address || 'the desktop'}: ${code}`)
      answer(socket, address, answers[code] ?? malformed)
    },

    /** It is HTTP, but what it asks for cannot be taken apart. */
    unreadable(request: IncomingMessage, response: ServerResponse, { address }: Connection): void {
      log.warn(`A malformed request from ${address || 'the desktop'}: its target cannot be read`)
      const { status, error } = unreadable
      onRefused({ address, status, bytes: answerInstead(request, response, { status, error, headers: headers() }) })
    },

    /** There is no room for this one. */
    crowded(socket: Socket): void {
      const address = toPlainAddress(socket.remoteAddress) ?? ''
      const now = performance.now()
      if (now - lastTold >= tellEvery) {
        lastTold = now
        log.warn(`Too many connections: one from ${address} was refused`)
      }
      answer(socket, address, tooBusy)
    },
  }
}

const tellEvery = 60_000

interface Answer {
  readonly status: number
  readonly error: AppError
}

const malformed: Answer = { status: 400, error: new AppError('bad_request', 'This is no HTTP that can be read') }
const unreadable: Answer = { status: 400, error: new AppError('bad_request', 'This address cannot be read') }
const tooLarge = new AppError('headers_too_large', 'The headers of this request are too large')
const tooSlow = new AppError('request_timeout', 'The headers of this request came too slowly')
const tooBusy: Answer = {
  status: 503,
  error: new AppError('not_ready', 'There are too many connections at the moment', { retryAfter: 5 }),
}

const answers: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: { status: 431, error: tooLarge },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, error: new AppError('body_too_large', 'This body is mostly wrapping') },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, error: tooSlow },
  CONNECT: { status: 405, error: new AppError('method_not_allowed', 'This server is no proxy') },
}
