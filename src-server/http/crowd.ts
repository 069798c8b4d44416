import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { keyOf } from './client.ts'
import { toPlainAddress } from './own-addresses.ts'

/**
 * How many connections there may be, in all and of one address. Where one more would be too many, the one that has been
 * idle the longest goes for it; where none is idle, the new one cannot come in.
 */
export interface CrowdLimits {
  readonly inAll: number
  /** An IPv4 address, or an IPv6 network of one household. */
  readonly perAddress: number
}

/** A connection as it was accepted, below TLS, and what is being answered over it. */
export interface Connection {
  readonly socket: Socket
  /** In plain form; empty on a socket without one. */
  readonly address: string
  /** Answers that were asked for and are not out yet. */
  readonly pending: ReadonlySet<ServerResponse>
  /** One more is asked for. */
  begin(response: ServerResponse): void
}

interface CrowdOptions {
  readonly limits: CrowdLimits
  /** Whose connections are counted only in all: many people come by a proxy, and nobody locks out himself. */
  readonly isExempt: (address: string) => boolean
}

export function createCrowd({ limits, isExempt }: CrowdOptions) {
  const all = new Set<Connection>()
  /** Those with nothing pending, the longest idle first. */
  const idle = new Set<Connection>()
  const byKey = new Map<string, Set<Connection>>()

  /** Lets go of the one among `connections` that has been idle the longest. False: none is idle. */
  function makeRoom(connections: ReadonlySet<Connection>): boolean {
    for (const connection of idle) {
      if (!connections.has(connection)) continue
      leave(connection)
      connection.socket.destroy()
      return true
    }
    return false
  }

  function leave(connection: Connection): void {
    all.delete(connection)
    idle.delete(connection)
    const key = keyOf(connection.address)
    const neighbours = byKey.get(key)
    neighbours?.delete(connection)
    if (neighbours?.size === 0) byKey.delete(key)
  }

  function enter(socket: Socket, address: string): Connection {
    const pending = new Set<ServerResponse>()
    const connection: Connection = {
      socket,
      address,
      pending,
      begin(response) {
        pending.add(response)
        idle.delete(connection)
        response.once('close', () => {
          pending.delete(response)
          if (pending.size === 0 && all.has(connection)) idle.add(connection)
        })
      },
    }
    all.add(connection)
    idle.add(connection)
    const key = keyOf(address)
    byKey.set(key, (byKey.get(key) ?? new Set()).add(connection))
    socket.once('close', () => leave(connection))
    return connection
  }

  return {
    /** All that are open. */
    all: all as ReadonlySet<Connection>,
    /** Lets a connection in; undefined: there is no room for it. */
    admit(socket: Socket): Connection | undefined {
      const address = toPlainAddress(socket.remoteAddress) ?? ''
      const neighbours = byKey.get(keyOf(address)) ?? none
      const isCounted = address !== '' && !isExempt(address)
      if (isCounted && neighbours.size >= limits.perAddress && !makeRoom(neighbours)) return undefined
      if (all.size >= limits.inAll && !makeRoom(all)) return undefined
      return enter(socket, address)
    },
  }
}

const none: ReadonlySet<Connection> = new Set()
