import type { Settings } from '../settings/settings.ts'
import type { Arrival } from './doors.ts'
import { type OwnAddresses, toPlainAddress } from './own-addresses.ts'

/**
 * Which names and origins are our own. A page of another site can make its name lead to this computer (DNS rebinding),
 * but never to an address that it does not know to ask for: so names are listed, and addresses are those we have.
 */
export type Hosts = ReturnType<typeof createHosts>

interface HostsOptions {
  readonly settings: () => Settings['server']
  readonly hostname: string
  readonly ownAddresses: OwnAddresses
}

/** What a request asked for, and how it came. */
interface Asked {
  readonly arrival: Arrival
  readonly scheme: 'http' | 'https'
  /** Its `Host` header. */
  readonly host: string
}

const hostForm = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

export function createHosts({ settings, hostname, ownAddresses }: HostsOptions) {
  function isOurName(name: string, arrival: Arrival): boolean {
    if (name === 'localhost' || name.endsWith('.localhost')) return true
    const short = hostname.toLowerCase()
    if (name === short || name === `${short.replace(/\.local$/, '')}.local`) return true
    const isNamed = publicHosts().some(host => host.name === name)
    return isNamed || name === toPlainAddress(arrival.address) || ownAddresses.has(name)
  }

  /** The names that somebody wrote down: what visitors may ask a proxy for. */
  function publicHosts(): Host[] {
    const { allowedHosts, publicUrl, contentUrl } = settings()
    const urls = [publicUrl, contentUrl].filter(url => url !== '').map(url => new URL(url).host)
    return [...allowedHosts, ...urls].flatMap(host => parseHost(host) ?? [])
  }

  /** The name that is for shared pages alone; undefined where there is none: it has to be another than the public one. */
  function contentName(): string | undefined {
    const { contentUrl, publicUrl } = settings()
    if (contentUrl === '') return undefined
    const name = parseHost(new URL(contentUrl).host)?.name
    return publicUrl !== '' && parseHost(new URL(publicUrl).host)?.name === name ? undefined : name
  }

  function isContent(header: string): boolean {
    const name = contentName()
    return name !== undefined && parseHost(header)?.name === name
  }

  return {
    /** `Host` header → whether it names us; undefined: it is malformed. */
    answersTo(header: string, arrival: Arrival): boolean | undefined {
      const host = parseHost(header)
      return host && isOurName(host.name, arrival)
    },

    /**
     * Whether a `Host` header is a public name that the visitor asked for, as a proxy passes it on. Left to itself, a proxy
     * sends the name and the port of the place that it forwards to, which are ours.
     */
    isPublic(header: string, arrival: Arrival): boolean {
      const host = parseHost(header)
      if (!host) return false
      const listed = publicHosts().filter(({ name }) => name === host.name)
      return listed.some(({ port }) => host.port === undefined || host.port !== arrival.port || host.port === port)
    },

    /** Where pages that people wrote are shown: its origin, for a visitor who asked for another name; else undefined. */
    contentOrigin: (header: string): string | undefined =>
      contentName() === undefined || isContent(header) ? undefined : new URL(settings().contentUrl).origin,

    /** Whether a `Host` header is the name that is for shared pages alone. */
    isContent,

    /**
     * Whether an `Origin` is one of ours: our name and our port, the public address, or a listed host behind its proxy. For
     * a request over https a page that came over http is none: somebody on the way may have written it. `host`: the name
     * that was asked for; what is shown under the one for shared pages is foreign to all others.
     */
    isOurOrigin(origin: string, { arrival, scheme, host: asked }: Asked): boolean {
      if (!URL.canParse(origin)) return false
      const url = new URL(origin)
      if (isContent(url.host) !== isContent(asked)) return false
      if (scheme === 'https' && url.protocol === 'http:') return false
      const standard = defaultPorts[url.protocol]
      if (standard === undefined) return false
      const { allowedHosts, publicUrl, contentUrl } = settings()
      if ([publicUrl, contentUrl].some(it => it !== '' && new URL(it).origin === url.origin)) return true
      const [host, port] = [parseHost(url.hostname), url.port === '' ? standard : Number(url.port)]
      if (!host) return false
      if (port === arrival.port) return isOurName(host.name, arrival)
      return allowedHosts.map(parseHost).some(it => it?.name === host.name && (it.port ?? standard) === port)
    },
  }
}

interface Host {
  readonly name: string
  readonly port?: number | undefined
}

/**
 * `Name:port` → lower case, without brackets and the root's dot; undefined: malformed, so that whatever is read can stand
 * in an address.
 */
function parseHost(text: string): Host | undefined {
  const [, host, port] = hostForm.exec(text.trim()) ?? []
  if (host === undefined || !URL.canParse(`http://${text.trim()}`)) return undefined
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  return { name: toPlainAddress(name.toLowerCase()) ?? '', port: port === undefined ? undefined : Number(port) }
}
