import ipaddr from 'ipaddr.js'
import { createNetworks } from '../http/networks.ts'
import type { Names } from './names.ts'

/**
 * What an authority may vouch for at all (name constraints, RFC 5280, section 4.2.1.10). Whoever steals its key from one
 * computer can imitate things of that home or office, but no bank.
 */
export interface Permitted {
  /** Each with all names below it. */
  readonly names: readonly string[]
  /** As `10.0.0.0/8`. */
  readonly networks: readonly string[]
}

/**
 * Addresses of which everybody has the same ones: whoever moves to another network keeps the trust of their guests.
 * Of IPv6 all that is routed is among them, since providers change a home's part of it and nobody types such an address.
 */
const everywhere = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  ...['::1/128', 'fc00::/7', 'fe80::/10', '2000::/3'],
]

/** `networks`: those that this computer is in, as `192.0.2.2/24`. */
export function permittedFor(names: Names, networks: readonly string[]): Permitted {
  const known = [...everywhere]
  for (const network of [...networks, ...names.addresses].map(toNetwork)) {
    if (!createNetworks(known).has(network.replace(/\/.*/, ''))) known.push(network)
  }
  return { names: [...new Set(['local', ...names.dns.filter(name => !isWithin(name, 'local'))])], networks: known }
}

/** The names that it may vouch for, and those that it may not: one of these would make the whole certificate void. */
export function divide(names: Names, permitted: Permitted): { readonly covered: Names; readonly left: string[] } {
  const mayName = (name: string) => permitted.names.some(above => isWithin(name, above))
  const networks = createNetworks(permitted.networks)
  return {
    covered: { dns: names.dns.filter(mayName), addresses: names.addresses.filter(networks.has) },
    left: [...names.dns.filter(name => !mayName(name)), ...names.addresses.filter(address => !networks.has(address))],
  }
}

const isWithin = (name: string, above: string): boolean => name === above || name.endsWith(`.${above}`)

/** An address with or without the size of its network → that network, from its first address. */
function toNetwork(text: string): string {
  if (!text.includes('/')) return `${text}/${text.includes(':') ? 128 : 32}`
  const [address, bits] = ipaddr.parseCIDR(text)
  const first = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text)
  return `${first.toString()}/${bits}`
}
