import type { Listener } from '../http/listener.ts'
import type { Settings } from '../settings/settings.ts'

/** Where the server listens for the network, and what that is called. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Opens the network's door. Rejects with the system's own error. */
export type OpenDoor = (at: Place) => Promise<Listener>

/** What the settings say. */
export const placeIn = ({ server: { host, port } }: Settings): Place => ({ host, port })

/** The same for this computer alone. */
export const confined = (place: Place): Place =>
  /^127\.|^::1$/.test(place.host) ? place : { ...place, host: '127.0.0.1' }

/** What a listening address is called in a URL when it is none of our interfaces'. */
export const nameOf = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host

/** `0.0.0.0` means every network, so IPv6 too where the computer has it. */
export async function openAt(open: OpenDoor, { host, port }: Place): Promise<Listener> {
  if (host !== '0.0.0.0') return open({ host, port })
  try {
    return await open({ host: '::', port })
  } catch (error) {
    const hasNoIpv6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (!hasNoIpv6) throw error
    return open({ host, port })
  }
}
