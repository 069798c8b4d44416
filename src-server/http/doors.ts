import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import type { Who } from '../policy.ts'
import { toPlainAddress } from './own-addresses.ts'

/**
 * What is known of a request from the connection it came by, and who sends it. Nothing in a request can change its door.
 */
export type ListenerKind = 'lan' | 'owner'

export interface Connection {
  readonly kind: ListenerKind
  /** In plain form (see `toPlainAddress`), as `localAddress`; undefined on the owner's socket. */
  readonly remoteAddress: string | undefined
  readonly localAddress: string | undefined
  readonly localPort: number | undefined
  /** It came over TLS to this very server. */
  readonly isEncrypted: boolean
}

/** Where a request came in, on this side. */
export interface Arrival {
  readonly address: string | undefined
  readonly port: number | undefined
}

const connections = new WeakMap<object, Connection>()

/** Called by a listener for each request, before anybody else sees it. */
export const markRequest = (request: object, connection: Connection): void => void connections.set(request, connection)

/** A request that nobody marked counts as coming from outside. */
export const connectionOf = (ctx: Context): Connection => connections.get(ctx.req) ?? readConnection(ctx.req, 'lan')

/** The facts of a request's own socket. */
export function readConnection({ socket }: Pick<IncomingMessage, 'socket'>, kind: ListenerKind): Connection {
  return {
    kind,
    remoteAddress: toPlainAddress(socket.remoteAddress),
    localAddress: toPlainAddress(socket.localAddress),
    localPort: socket.localPort,
    isEncrypted: 'encrypted' in socket && socket.encrypted === true,
  }
}

export const listenerOf = (ctx: Context): ListenerKind => connectionOf(ctx).kind

export function arrivalOf(ctx: Context): Arrival {
  const { localAddress: address, localPort: port } = connectionOf(ctx)
  return { address, port }
}

/** Who was identified; undefined: nobody is signed in. */
export const whoOf = (ctx: Context): Who | undefined => ctx.state.who

/** From here on it is nobody’s in particular. */
export const forgetWho = (ctx: Context): void => {
  ctx.state.who = undefined
}

export const setWho = (ctx: Context, who: Who): void => {
  ctx.state.who = who
}
