import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../contract/errors.ts'
import type { SecurityHeaders } from './headers.ts'
import { answerInstead, breakOff } from './raw-answer.ts'

/**
 * Ends exchanges that hold a place without getting on: a body that comes in drop by drop, an answer that nobody takes.
 * What waits for us, or is slow but steady, may last as long as it needs.
 */
export interface PaceLimits {
  /** A body has to bring this many bytes in each `bodyWindow` milliseconds. */
  readonly bodyBytes: number
  readonly bodyWindow: number
  /** Milliseconds in which the other end has to take something of an answer that waits for it. */
  readonly writeIdle: number
}

interface PaceOptions {
  readonly limits: PaceLimits
  readonly headers: () => SecurityHeaders
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** As it was accepted: what TLS and HTTP/2 add to a body counts as a part of it. */
  readonly socket: Socket
}

export function createPace({ limits, headers }: PaceOptions) {
  const bodies = new Map<Exchange, { bytes: number; since: number }>()
  let timer: NodeJS.Timeout | undefined

  function look(): void {
    const now = performance.now()
    for (const [exchange, seen] of bodies) {
      const { request, socket } = exchange
      if (request.complete || request.destroyed || socket.destroyed) bodies.delete(exchange)
      else if (socket.bytesRead - seen.bytes >= limits.bodyBytes || waitsForUs(request)) {
        bodies.set(exchange, { bytes: socket.bytesRead, since: now })
      } else if (now - seen.since >= limits.bodyWindow) {
        bodies.delete(exchange)
        cut(exchange)
      }
    }
    if (bodies.size === 0) stop()
  }

  function cut({ request, response }: Exchange): void {
    if (response.headersSent) breakOff(response)
    else answerInstead(request, response, { status: 408, error: tooSlow, headers: headers() })
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
  }

  return {
    /** Watches an exchange from its start. */
    watch(exchange: Exchange): void {
      const { request, response, socket } = exchange
      response.setTimeout(limits.writeIdle, () => {
        if (response.writableLength > 0) breakOff(response)
      })
      if (!announcesBody(request)) return
      bodies.set(exchange, { bytes: socket.bytesRead, since: performance.now() })
      timer ??= setInterval(look, Math.min(1_000, limits.bodyWindow / 4)).unref()
    },
    stop,
  }
}

const tooSlow = new AppError('request_timeout', 'This request came too slowly')

/** What has come is not read yet: no fault of the sender's. */
const waitsForUs = (request: IncomingMessage): boolean => request.readableLength >= request.readableHighWaterMark

const announcesBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
