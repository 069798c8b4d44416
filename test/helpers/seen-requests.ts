import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** What a server in this very process was sent, as it came in: no browser’s own account of it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

const channel = 'http.server.request.start'

/** Writes down every request to the server on this port from now on, until `stop`. */
export function watchRequests(port: number): { readonly seen: readonly SeenRequest[]; stop(): void } {
  const seen: SeenRequest[] = []
  const hear = (message: unknown) => {
    const { method = '', url = '', headers, socket } = (message as { request: IncomingMessage }).request
    if (socket.localPort === port) seen.push({ method, path: url, headers: { ...headers } })
  }
  subscribe(channel, hear)
  return { seen, stop: () => void unsubscribe(channel, hear) }
}
