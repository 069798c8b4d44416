import { networkInterfaces } from 'node:os'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import type { Finding } from '../problems/problems.ts'
import type { Settings, SettingsService } from '../settings/settings.ts'
import type { DataDir } from '../storage/data-dir.ts'
import type { Vault } from '../storage/file-vault.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import { watchFile } from '../storage/watch-file.ts'
import { createAuthorityKeeper } from './authority.ts'
import { createCertificates } from './certificates.ts'
import { createHsts, HstsFile } from './hsts.ts'
import { namesOf } from './names.ts'
import type { Pair } from './own-pair.ts'
import { alpnProtocols, protocol } from './protocol.ts'

interface OpenTlsOptions {
  readonly dataDir: DataDir
  readonly vault: Vault
  readonly settings: SettingsService
  readonly hostname: string
  /** Addresses that links are handed out on, as they stand in a URL's host. */
  readonly addresses: () => readonly string[]
  readonly events: EventHub
  readonly log: Pick<Log, 'info' | 'error'>
  readonly now?: () => number
}

/** What a listener needs to speak TLS, always as the settings are now. */
export interface Tls {
  /** `dual`: http and https on one port; `only`: http leads to https; `off`: http alone. */
  readonly mode: Settings['tls']['mode']
  readonly protocol: typeof protocol
  readonly alpnProtocols: string[]
  /** What to show now; the first call may make it, in a fraction of a second. Rejects where it can neither be read nor made. */
  credentials(): Promise<Pair>
  /** Calls `listener` when another pair is to be shown from now on. Returns the function that ends it. */
  onChange(listener: (pair: Pair) => void): () => void
}

/** How often a look is taken at whether the certificate still lasts. */
const lookEvery = 3_600_000

/** Wires what is about certificates, and keeps them in force from here on. Nothing is made until it is asked for. */
export async function openTls(options: OpenTlsOptions) {
  const { dataDir, vault, settings, hostname, addresses, events, log, now = Date.now } = options
  const report = (message: string) => log.error(message)
  const authority = createAuthorityKeeper({
    ...{ vault, hostname, now, report },
    path: dataDir.state('certificate-authority.crt'),
  })
  const certificates = createCertificates({
    ...{ authority, now, report },
    path: dataDir.state('certificate.pem'),
    names: () => namesOf({ hostname, addresses: addresses(), server: settings.current.server }),
    networks: readNetworks,
    ownFiles: () => settings.current.tls,
    onChange: () => events.publish('certificate', {}),
  })
  const hsts = createHsts({
    ...{ settings, report },
    file: await openState(dataDir.state('hsts.toml'), HstsFile, report),
    serving: certificates.serving,
  })
  const check = () => void certificates.check()

  let watched = ''
  let stopWatching = () => {}
  function watchOwnFiles(): void {
    const files = [settings.current.tls.certFile, settings.current.tls.keyFile].filter(path => path !== '')
    if (files.join('\n') === watched) return
    watched = files.join('\n')
    stopWatching()
    const stops = files.map(path => watchFile(path, check, report))
    stopWatching = () => {
      for (const stop of stops) stop()
    }
  }

  watchOwnFiles()
  check()
  const timer = setInterval(check, lookEvery).unref()
  const stops = [
    certificates.onSwap(() => log.info('Another certificate serves from now on')),
    settings.onChange(() => {
      watchOwnFiles()
      check()
    }),
    // An address came or went.
    events.subscribe(({ name }) => name === 'server' && check()),
  ]

  const tls: Tls = {
    get mode() {
      return settings.current.tls.mode
    },
    protocol,
    get alpnProtocols() {
      return alpnProtocols(settings.current.tls.http2)
    },
    credentials: async () => (await certificates.current()).pair,
    onChange: certificates.onSwap,
  }
  return {
    ...{ tls, certificates, authority, hsts },
    /** What is wrong with a certificate that people brought, as something wrong with config.toml. */
    findings(): Finding[] {
      const problem = certificates.problem()
      return problem ? [{ kind: 'entry', ...problem }] : []
    },
    async close(): Promise<void> {
      clearInterval(timer)
      stopWatching()
      for (const stop of stops) stop()
      await Promise.all([certificates.close(), hsts.close()])
    },
  }
}

const readNetworks = (): string[] =>
  Object.values(networkInterfaces())
    .flat()
    .flatMap(it => (it?.cidr ? [it.cidr.replace(/%[^/]*/, '')] : []))
