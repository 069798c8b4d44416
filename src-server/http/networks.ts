import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Addresses and networks as settings name them, such as `192.168.1.5` and `2001:db8::/32`. */
export interface Networks {
  /**
   * Whether one of them holds this address. What is no address is in none; an IPv4 address that IPv6 wraps
   * (`::ffff:192.0.2.1`) is the IPv4 address, on both sides.
   */
  has(address: string | undefined): boolean
}

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, bits: number]

/** `listed`: each checked by the contract's `Network`. Their order means nothing. */
export function createNetworks(listed: readonly string[]): Networks {
  const networks = listed.map(parseNetwork)
  return {
    has(address) {
      if (address === undefined || isIP(address) === 0) return false
      const found = ipaddr.process(address)
      return networks.some(([network, bits]) => network.kind() === found.kind() && found.match(network, bits))
    },
  }
}

/** A list of the settings is the same object until the file changes. */
const known = new WeakMap<readonly string[], Networks>()

/** Whether an address is in one of these, as `createNetworks` has it; each list is read once. */
export function isInNetworks(address: string | undefined, listed: readonly string[]): boolean {
  const networks = known.get(listed) ?? createNetworks(listed)
  known.set(listed, networks)
  return networks.has(address)
}

function parseNetwork(text: string): Network {
  const [address, bits] = ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${isIP(text) === 4 ? 32 : 128}`)
  const isWrapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96
  return isWrapped ? [address.toIPv4Address(), bits - 96] : [address, bits]
}
