import type { Socket } from 'node:net'
import type { Context } from 'koa'
import type { Who } from '../policy.ts'
import type { Arrival } from './hosts.ts'

/**
 * What is known of a request from the listener it came in by, and who sends it. Nothing in a request can change its door.
 */
export type ListenerKind = 'lan' | 'owner'

const kinds = new WeakMap<Socket, ListenerKind>()

/** Called by a listener for each of its new connections. */
export const markSocket = (socket: Socket, kind: ListenerKind): void => void kinds.set(socket, kind)

/** A connection that nobody marked counts as coming from outside. */
export const listenerOf = (ctx: Context): ListenerKind => kinds.get(ctx.req.socket) ?? 'lan'

/** Where a request came in, on this side. */
export function arrivalOf(ctx: Context): Arrival {
  const { localAddress: address, localPort: port } = ctx.req.socket
  return { address, port }
}

/** Who was identified; undefined: nobody is signed in. */
export const whoOf = (ctx: Context): Who | undefined => ctx.state.who

export const setWho = (ctx: Context, who: Who): void => {
  ctx.state.who = who
}

/** The other end's address, for logs. */
export const remoteOf = (ctx: Context): string =>
  listenerOf(ctx) === 'owner' ? 'the desktop' : (ctx.req.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
