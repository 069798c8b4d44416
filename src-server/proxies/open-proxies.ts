import type { ProxyConfig, ProxyFinding, ProxyProgram, ProxyState } from '../contract/proxies.ts'
import type { EventHub } from '../events/hub.ts'
import type { Hosts } from '../http/hosts.ts'
import { isInNetworks } from '../http/networks.ts'
import type { OwnAddresses } from '../http/own-addresses.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings/settings.ts'
import { apacheConfig } from './apache-config.ts'
import { caddyConfig } from './caddy-config.ts'
import { checkPublicUrl } from './check.ts'
import { type ProxyFacts, proxyFacts } from './facts.ts'
import { createForwarded } from './forwarded.ts'
import { nginxVisitorLines } from './guide-headers.ts'
import { nginxConfig } from './nginx-config.ts'
import { createProbes } from './probes.ts'
import { createSightings, type Sighting } from './sightings.ts'

export type Proxies = ReturnType<typeof openProxies>

interface ProxyOptions {
  readonly settings: () => Settings
  readonly hosts: Hosts
  readonly ownAddresses: OwnAddresses
  readonly log: Log
  readonly events: EventHub
}

/** All that has to do with reverse proxies before this server. */
export function openProxies({ settings, hosts, ownAddresses, log, events }: ProxyOptions) {
  const sightings = createSightings({
    ...{ ownAddresses, hosts, log },
    onNews: () => events.publish('proxies', {}, 'admin'),
    now: () => Date.now(),
  })
  const probes = createProbes()

  function findings(): ProxyFinding[] {
    const { proxy, server } = settings()
    const { strangers, namelessSignIns } = sightings.current()
    const untrusted = [...strangers].filter(([address]) => !isInNetworks(address, proxy.trusted))
    const hasName = server.publicUrl !== '' || server.allowedHosts.length > 0
    return [
      ...(proxy.trusted.length > 0 && !hasName ? [{ kind: 'no_public_name' } as const] : []),
      ...untrusted.map(([address, seen]) => ({ kind: 'untrusted', address, ...toSeen(seen) }) as const),
      ...(namelessSignIns
        ? [{ kind: 'nameless_sign_ins', lines: nginxVisitorLines, ...toSeen(namelessSignIns) } as const]
        : []),
    ]
  }

  return {
    readForwarded: createForwarded({ settings, hosts, sightings }),
    answerProbes: probes.answer,

    state(): ProxyState {
      const { proxy, server } = settings()
      const { attributed } = sightings.current()
      return {
        ...{ trusted: [...proxy.trusted], hops: proxy.hops, publicUrl: server.publicUrl },
        ...(attributed && { lastVisitor: { address: attributed.address, at: toSeen(attributed).at } }),
        findings: findings(),
      }
    },

    /** `port`: on which this server listens. Throws `conflict` where there is no public address to write it for. */
    config(program: ProxyProgram, port: number): ProxyConfig {
      const { write, file, commands } = programs[program]
      return { program, file, commands: [...commands], text: write(proxyFacts(settings(), port)) }
    },

    /** Throws `conflict` where there is no public address. */
    check: (port: number) =>
      checkPublicUrl({ settings: settings(), probes, maxBodyMb: proxyFacts(settings(), port).maxBodyMb }),
  }
}

const toSeen = ({ times, at }: Sighting) => ({ times, at: new Date(at).toISOString() })

interface Program {
  readonly write: (facts: ProxyFacts) => string
  readonly file: string
  readonly commands: readonly string[]
}

const programs: Readonly<Record<ProxyProgram, Program>> = {
  nginx: {
    write: nginxConfig,
    file: '/etc/nginx/conf.d/trunk8.conf',
    commands: ['sudo nginx -t', 'sudo systemctl reload nginx'],
  },
  caddy: {
    write: caddyConfig,
    file: '/etc/caddy/Caddyfile',
    commands: ['caddy validate --config /etc/caddy/Caddyfile', 'sudo systemctl reload caddy'],
  },
  apache: {
    write: apacheConfig,
    file: '/etc/apache2/sites-available/trunk8.conf',
    commands: [
      'sudo a2enmod proxy proxy_http headers ssl http2',
      'sudo a2ensite trunk8',
      'sudo apache2ctl configtest',
      'sudo systemctl restart apache2',
    ],
  },
}
