import type { ServerResponse } from 'node:http'

type Args = readonly unknown[]

/**
 * Counts the bytes of a response's body as they are handed on; the answer tells how many there were so far. Neither
 * HTTP/1 nor HTTP/2 tells that number itself, since their sockets carry more than one body.
 */
export function countBody(response: ServerResponse | undefined): () => number {
  let bytes = 0
  if (!response) return () => 0
  const { write, end } = response
  let isCounted = false

  /** HTTP/2's `end` hands its last piece to `write`. */
  const counting =
    (original: (...args: never[]) => unknown) =>
    (...args: Args) => {
      const isOuter = !isCounted
      if (isOuter) bytes += sizeOf(args)
      isCounted = true
      try {
        return Reflect.apply(original, response, args)
      } finally {
        if (isOuter) isCounted = false
      }
    }
  Object.assign(response, { write: counting(write), end: counting(end) })
  return () => (response.statusCode === 204 || response.statusCode === 304 ? 0 : bytes)
}

function sizeOf([piece, encoding]: Args): number {
  if (piece instanceof Uint8Array) return piece.byteLength
  if (typeof piece !== 'string') return 0
  return Buffer.byteLength(piece, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
}
