import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'

const maxBytes = 32 * 1024 * 1024
const maxTime = 5_000
const checkEvery = 50

/**
 * For an answer that goes out before the request's body was read. HTTP/1: says that the connection closes, and after the
 * answer swallows a bounded part of what still comes, because a connection that is cut at once takes the answer with it
 * before the client has read it (RFC 9112, section 9.6). HTTP/2: asks for no more of the body once the answer is out
 * (RFC 9113, section 8.1). Call it before the answer is sent.
 */
export function lingerAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || response.headersSent) return
  if (request.httpVersionMajor === 2) return void closeStreamAfter(response as unknown as Http2ServerResponse)
  response.setHeader('Connection', 'close')
  const { socket } = request
  // Node calls this when the last answer of a connection is out, to close both directions at once.
  socket.destroySoon = () => {
    const [until, enough] = [Date.now() + maxTime, socket.bytesRead + maxBytes]
    socket.end()
    request.resume()
    const timer = setInterval(() => {
      if (Date.now() < until && socket.bytesRead < enough) return
      socket.destroy()
    }, checkEvery)
    socket.once('close', () => clearInterval(timer))
  }
}

function closeStreamAfter({ stream }: Http2ServerResponse): void {
  stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
}
