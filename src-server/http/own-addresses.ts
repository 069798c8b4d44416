import { networkInterfaces } from 'node:os'

/** The addresses that this computer has on its interfaces, exactly: 127.0.0.1 is one, the rest of 127.0.0.0/8 is not. */
export interface OwnAddresses {
  list(): ReadonlySet<string>
  /** `address` in plain form. */
  has(address: string | undefined): boolean
}

/** How long one look at the interfaces counts, in milliseconds. */
const goodFor = 2000

export function createOwnAddresses(now: () => number = () => performance.now()): OwnAddresses {
  let known = { addresses: new Set<string>(), until: 0 }
  const list = () => {
    if (now() >= known.until) known = { addresses: readAddresses(), until: now() + goodFor }
    return known.addresses
  }
  return { list, has: address => address !== undefined && list().has(address) }
}

/**
 * An address in the one form in which addresses are compared: IPv4 as it is, also where IPv6 wraps it, in whatever spelling; IPv6 in lower case,
 * shortened, without a zone.
 */
export function toPlainAddress(address: string | undefined): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address ?? '')
  if (mapped) return mapped[1]
  if (!address?.includes(':')) return address
  const [bare = ''] = address.split('%')
  if (!URL.canParse(`http://[${bare}]`)) return address
  const plain = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(plain) ?? []
  return high === undefined || low === undefined ? plain : [high, low].flatMap(bytesOf).join('.')
}

/** Sixteen bits in hexadecimal → two bytes. */
function bytesOf(part: string): [number, number] {
  const bits = Number.parseInt(part, 16)
  return [bits >> 8, bits & 0xff]
}

const readAddresses = (): Set<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flat()
      .flatMap(it => toPlainAddress(it?.address) ?? []),
  )
