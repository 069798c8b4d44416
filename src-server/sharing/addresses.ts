import { readFileSync } from 'node:fs'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import type { Address } from '../contract/sharing.ts'

/**
 * Under which addresses others may reach this computer, best first: the way to the internet before other networks, real
 * interfaces before virtual ones, IPv4 before IPv6. Link-local and temporary addresses are left out.
 */
export interface NetworkFacts {
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>
  /** Interface of the default route, where the system tells. */
  readonly defaultInterface?: string | undefined
  /** IPv6 addresses that will change by themselves. */
  readonly temporary: ReadonlySet<string>
}

/** `host`: what the server listens on; one address alone has only that one to offer. */
export function listAddresses(host: string, facts: NetworkFacts = readFacts()): Address[] {
  const all = Object.entries(facts.interfaces).flatMap(([name, infos]) => (infos ?? []).map(info => ({ name, info })))
  if (host !== '0.0.0.0' && host !== '::') {
    const found = all.find(({ info }) => info.address === host)
    return found ? [toAddress(found)] : []
  }
  const reachable = all.filter(({ info }) => !info.internal && !isLinkLocal(info) && !facts.temporary.has(info.address))
  const ranked = dropTwins(reachable).sort((a, b) => rank(a, facts) - rank(b, facts))
  const loopback = all.filter(({ info }) => info.internal && info.address === '127.0.0.1')
  return (ranked.length > 0 ? ranked : loopback).map(toAddress)
}

interface Found {
  readonly name: string
  readonly info: NetworkInterfaceInfo
}

const virtual: readonly (readonly [RegExp, string])[] = [
  [/^(tun|tap|wg|utun|ppp|ipsec|tailscale|zt|nordlynx|proton)/i, 'VPN'],
  [/^(vmnet|vboxnet|virbr|vnet|vEthernet|bridge)|WSL|VMware|VirtualBox|Hyper-V/i, 'Virtual machines'],
  [/^(docker|br-|veth|podman|cni|flannel|cali|lxc|lxd)/i, 'Containers'],
  [/^(awdl|llw|anpi|ap\d|gif|stf|ifb|dummy|sit|ip6tnl)/i, 'Virtual'],
]

const labelOfVirtual = (name: string): string | undefined => virtual.find(([form]) => form.test(name))?.[1]

function toAddress({ name, info }: Found): Address {
  const host = info.family === 'IPv6' ? `[${info.address}]` : info.address
  const label = labelOfVirtual(name)
  if (info.internal) return { host, interface: name, label: 'This computer', kind: 'this-computer' }
  return { host, interface: name, label: label ?? labelOfReal(name), kind: label ? 'virtual' : 'network' }
}

/** Linux and BSD have short names, Windows has words. */
function labelOfReal(name: string): string {
  if (/^(wl|wifi|ath)/.test(name)) return 'Wi-Fi'
  if (/^(eth|en[opsxP]\d|em\d)/.test(name)) return 'Ethernet'
  if (/^(ww|rmnet|usb)/.test(name)) return 'Mobile'
  return /^[a-z]+\d+$/.test(name) ? `Network ${name}` : name
}

function rank({ name, info }: Found, { defaultInterface }: NetworkFacts): number {
  const isVirtual = labelOfVirtual(name) !== undefined
  const hasNoWay = defaultInterface !== undefined && name !== defaultInterface
  return (isVirtual ? 100 : 0) + (hasNoWay ? 10 : 0) + (info.family === 'IPv6' ? 1000 : isPrivate(info.address) ? 0 : 1)
}

const isLinkLocal = ({ family, address }: NetworkInterfaceInfo): boolean =>
  family === 'IPv6' ? /^fe[89ab]/i.test(address) : address.startsWith('169.254.')

/** RFC 1918: what a home or an office uses. */
const isPrivate = (address: string): boolean => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)

/** Of several IPv6 addresses in one network of one interface the first: the others are the same place. */
function dropTwins(found: readonly Found[]): Found[] {
  const seen = new Set<string>()
  return found.filter(({ name, info }) => {
    if (info.family === 'IPv4') return true
    const key = `${name} ${networkOf(info.address)}`
    return !seen.has(key) && seen.add(key)
  })
}

/** The first half of an IPv6 address, written out: the network it is in. */
function networkOf(address: string): string {
  const [start = '', end = ''] = address.split('::')
  const [left, right] = [start, end].map(part => part.split(':').filter(Boolean)) as [string[], string[]]
  const gap = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...gap, ...right].slice(0, 4).join(':')
}

function readFacts(): NetworkFacts {
  const isLinux = process.platform === 'linux'
  return {
    interfaces: networkInterfaces(),
    defaultInterface: isLinux ? parseDefaultRoute(readOr('/proc/net/route')) : undefined,
    temporary: new Set(isLinux ? parseTemporary(readOr('/proc/net/if_inet6')) : []),
  }
}

/** /proc/net/route → the interface of the default route with the lowest metric. */
export function parseDefaultRoute(table: string): string | undefined {
  const routes = table
    .split('\n')
    .slice(1)
    .map(line => line.split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
  return routes.sort((a, b) => Number(a[6]) - Number(b[6]))[0]?.[0]
}

/** /proc/net/if_inet6 → the addresses with the flag IFA_F_TEMPORARY (1), as Node writes them. */
function parseTemporary(table: string): string[] {
  const lines = table.split('\n').map(line => line.trim().split(/\s+/))
  return lines.flatMap(([digits, , , , flags]) => {
    if (!digits || (Number.parseInt(flags ?? '0', 16) & 1) === 0) return []
    return new URL(`http://[${digits.match(/.{4}/g)?.join(':')}]`).hostname.slice(1, -1)
  })
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
