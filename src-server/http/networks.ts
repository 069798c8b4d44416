import { BlockList, isIP } from 'node:net'

/** Addresses and networks as settings name them, such as `192.168.1.5` and `2001:db8::/32`. */
export interface Networks {
  /** Whether one of them holds this address, which is in plain form. */
  has(address: string): boolean
}

/** `listed`: each checked by the contract's `Network`. */
export function createNetworks(listed: readonly string[]): Networks {
  const list = new BlockList()
  for (const entry of listed) {
    const [address = '', bits] = entry.split('/')
    const family = familyOf(address)
    if (!family) continue
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return {
    has(address) {
      const family = familyOf(address)
      return family !== undefined && list.check(address, family)
    },
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}
