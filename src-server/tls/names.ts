import { isIP } from 'node:net'
import { toPlainAddress } from '../http/own-addresses.ts'

/** By what names and addresses browsers may ask for this server: what its certificate has to cover. */
export interface Names {
  /** The name of this computer first. */
  readonly dns: readonly string[]
  /** In plain form. */
  readonly addresses: readonly string[]
}

interface NameFacts {
  readonly hostname: string
  /** Addresses that links are handed out on, as they stand in a URL's host. */
  readonly addresses: readonly string[]
  readonly server: {
    readonly publicUrl: string
    readonly contentUrl: string
    readonly allowedHosts: readonly string[]
  }
}

/** What is written down but can be in no certificate, such as a name with a space, is left out. */
export function namesOf({ hostname, addresses, server }: NameFacts): Names {
  const short = hostname.toLowerCase().replace(/\.local$/, '')
  const urls = [server.publicUrl, server.contentUrl].filter(url => url !== '').map(url => new URL(url).host)
  const hosts = [short, `${short}.local`, 'localhost', ...urls, ...server.allowedHosts].flatMap(host => bareHost(host))
  const found = [...addresses.flatMap(address => bareHost(address)), '127.0.0.1', '::1']
  return {
    dns: unique(hosts.filter(host => isIP(host) === 0)),
    addresses: unique([...hosts.filter(host => isIP(host) !== 0), ...found]),
  }
}

/** `Name:port` → the name in the form that certificates have it, or an address in plain form; nothing: neither. */
function bareHost(text: string): string[] {
  if (isIP(text) === 6) return [toPlainAddress(text) ?? text]
  if (/[/?#@\\]/.test(text) || !URL.canParse(`https://${text}`)) return []
  const name = new URL(`https://${text}`).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const isName =
    name.length <= 253 && name.split('.').every(part => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(part))
  return isIP(name) !== 0 || isName ? [toPlainAddress(name) ?? name] : []
}

const unique = (list: readonly string[]): string[] => [...new Set(list)]
