import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import type { TestServer } from './server.ts'

/** One HTTP/2 connection to a server, whatever its certificate. */
export interface Http2 {
  readonly session: ClientHttp2Session
  /** Sends a request as it stands here; the body is yours to send where `isOpen`. */
  begin(headers: Headers, options?: { readonly isOpen?: boolean }): ClientHttp2Stream
  send(request: { readonly headers: Headers; readonly body?: string | Buffer }): Promise<Http2Reply>
  close(): void
}

type Headers = Record<string, string | number>

export interface Http2Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export async function openHttp2({ running }: Pick<TestServer, 'running'>): Promise<Http2> {
  const session = connect(`https://127.0.0.1:${running.sharing.port}`, { rejectUnauthorized: false })
  session.on('error', () => {})
  await once(session, 'connect')
  const begin: Http2['begin'] = (headers, { isOpen = false } = {}) => session.request(headers, { endStream: !isOpen })
  return {
    session,
    begin,
    async send({ headers, body }) {
      const stream = begin(headers, { isOpen: body !== undefined })
      if (body !== undefined) stream.end(body)
      return readReply(stream)
    },
    close: () => session.destroy(),
  }
}

/** Rejects where the server cuts the stream off before its answer is whole. */
export function readReply(stream: ClientHttp2Stream): Promise<Http2Reply> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let head: (IncomingHttpHeaders & { ':status'?: number }) | undefined
    stream.once('response', headers => {
      head = headers
    })
    stream.on('data', piece => pieces.push(piece))
    stream.once(
      'end',
      () => head && resolve({ status: head[':status'] ?? 0, headers: head, body: Buffer.concat(pieces) }),
    )
    stream.once('error', reject)
    stream.once('close', () => reject(new Error(`The stream was closed with ${stream.rstCode}`)))
  })
}
