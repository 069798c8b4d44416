import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import type { Duplex } from 'node:stream'
import { AppError, toProblem } from '../contract/errors.ts'
import type { SecurityHeaders } from './headers.ts'
import { lingerAfterAnswer } from './linger.ts'

/**
 * Answers that no part of the app makes, since the request never got that far or went wrong on the way out. They carry
 * the same headers and the same form (RFC 9457) as all others.
 */

/** Bytes for a connection that is HTTP/1 or nothing yet, and that closes with them. */
export function rawAnswer(status: number, error: AppError, headers: SecurityHeaders): string {
  const { body, fields } = answerOf(status, error, headers)
  const lines = Object.entries({ ...fields, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/**
 * Puts this in the place of an answer whose headers have not left yet; the connection closes, or over HTTP/2 the stream.
 * What was set for the answer that failed is dropped. Returns the length of its body.
 */
export function answerInstead(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error, headers }: { readonly status: number; readonly error: AppError; readonly headers: SecurityHeaders },
): number {
  lingerAfterAnswer(request, response)
  const { body, fields } = answerOf(status, error, headers)
  const kept = ['connection']
  for (const name of response.getHeaderNames()) if (!kept.includes(name)) response.removeHeader(name)
  response.statusCode = status
  for (const [name, value] of Object.entries(fields)) response.setHeader(name, value)
  response.end(body)
  return Buffer.byteLength(body)
}

/** Breaks an answer off, so that nobody takes a part of it for the whole. */
export function breakOff(response: ServerResponse): void {
  if (!isHttp2(response)) response.destroy()
  // Left to itself, Node ends the stream as if all were well.
  else if (!response.stream.destroyed) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
}

const isHttp2 = (response: object): response is Http2ServerResponse => 'stream' in response

function answerOf(status: number, error: AppError, headers: SecurityHeaders) {
  const body = JSON.stringify({ ...toProblem(error), status })
  const fields: Record<string, string> = {
    ...headers,
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
  }
  if (error.retryAfter !== undefined) fields['Retry-After'] = String(error.retryAfter)
  return { body, fields }
}

/**
 * Writes the raw answer and lets go of the connection, a moment after: one that is cut while its client still sends takes
 * the answer with it. Returns the length of the answer's body.
 */
export function endWith(socket: Duplex, status: number, error: AppError, headers: SecurityHeaders): number {
  const answer = rawAnswer(status, error, headers)
  socket.on('error', () => socket.destroy())
  socket.end(answer)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), lingerTime)
  socket.once('close', () => clearTimeout(timer))
  return Buffer.byteLength(answer.slice(answer.indexOf('\r\n\r\n') + 4))
}

const lingerTime = 1_000

export const internal = new AppError('internal', 'Something went wrong here. The log tells more')
