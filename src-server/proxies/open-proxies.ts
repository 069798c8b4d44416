import type { Hosts } from '../http/hosts.ts'
import type { OwnAddresses } from '../http/own-addresses.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings/settings.ts'
import { createForwarded } from './forwarded.ts'
import { createSightings } from './sightings.ts'

interface ProxyOptions {
  readonly settings: () => Settings
  readonly hosts: Hosts
  readonly ownAddresses: OwnAddresses
  readonly log: Log
}

/** All that has to do with reverse proxies before this server. */
export function openProxies({ settings, hosts, ownAddresses, log }: ProxyOptions) {
  const sightings = createSightings({ ownAddresses, hosts, log, now: () => Date.now() })
  const readForwarded = createForwarded({ settings, hosts, sightings })
  return { readForwarded, sightings }
}
