import { chmod } from 'node:fs/promises'
import { createApp } from './app.ts'
import type { SharingStatus } from './contract/sharing.ts'
import { type Handler, type Listener, openListener } from './http/listener.ts'
import { isInNetworks } from './http/networks.ts'
import type { LogLevel } from './log.ts'
import { createServices, type Services } from './services.ts'
import type { OverrideNames } from './settings/settings.ts'
import { asStartError, StartError } from './start-error.ts'
import type { Vault } from './storage/file-vault.ts'
import { createEncryption } from './tls/encryption.ts'

export { type HeadlessOptions, readHeadlessOptions } from './headless-options.ts'
export { holdsInstance, inspectDataDir } from './inspect.ts'
export { StartError } from './start-error.ts'
export { type Vault, type VaultName, vaultNames } from './storage/file-vault.ts'
export { TomlFile } from './storage/toml-file.ts'
export { generatePassword } from './users/generate-password.ts'

/** What the host keeps for the server: no secret of the admin is in the data folder's own files. */
export interface Secrets {
  readonly adminPassword: string
  readonly secretKey: string
  /** Keeps another admin password for good before it counts. Left out: this host cannot. */
  readonly saveAdminPassword?: (password: string) => Promise<void>
  /** Why the secret key cannot be changed from within, as `TRUNK8_SECRET_KEY sets it`. */
  readonly secretKeyFixedBy?: string
  /** Where further secrets are kept. Left out: in files of mode 0600 in the data folder. */
  readonly vault?: Vault
  /** Why the admin password cannot be changed from within, as `TRUNK8_ADMIN_PASSWORD sets it`; it comes before the above. */
  readonly adminPasswordFixedBy?: string
}

/** The server's only door for its two hosts: the desktop's utility process and the headless command. */
export interface ServerOptions {
  /** The instance's folder; made where missing. */
  readonly dataDir: string
  /** The built web UI. */
  readonly uiDir: string
  readonly secrets: Secrets
  /** Overrides of config.toml's `[server]`, for this run only. Port 0: any that is free. */
  readonly listen?: { readonly host?: string; readonly port?: number }
  /** Override of config.toml's `[logging] level`, for this run only. */
  readonly logLevel?: LogLevel
  /** `off`: nobody is limited during this run, whatever config.toml says; for load tests. */
  readonly rateLimits?: 'off'
  /** What gave these overrides, by the name that a person knows: `TRUNK8_PORT`, `--host`. */
  readonly overruledBy?: OverrideNames
  /** `on`: open the LAN door at start and fail if it cannot. `remembered`: as it was left; trouble is a state, not a failure. */
  readonly sharing: 'on' | 'remembered'
  /** The private door of the desktop: a Unix socket or named pipe, and the tokens of its two callers. */
  readonly owner?: { readonly socketPath: string; readonly windowToken: string; readonly desktopToken: string }
  readonly version: string
  /** Also write the log to the standard output. */
  readonly logToConsole?: boolean
}

export interface RunningServer {
  readonly sharing: SharingStatus
  /** Finishes requests in flight (10 s at most), then closes everything. */
  stop(): Promise<void>
}

const grace = 10_000

/** Opens the folder, then the doors. Throws `StartError` for what a person can mend; then nothing stays open. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const services = await createServices(options).catch(error => {
    throw asStartError(error, options.dataDir)
  })
  const handler = createApp(services).callback()
  let owner: Listener | undefined
  const stop = async () => {
    services.events.close()
    await services.redirectDoor.stop()
    await Promise.all([owner?.close(grace), services.sharing.stop(grace)])
    await services.close()
  }
  try {
    owner = await openOwnerDoor(options, handler, services)
    await openLanDoor(options, handler, services)
  } catch (error) {
    await stop()
    throw error
  }
  services.log.info(`Started, version ${options.version}, on ${options.dataDir}`)
  return {
    get sharing() {
      return services.sharing.status()
    },
    stop,
  }
}

async function openOwnerDoor(
  { owner }: ServerOptions,
  handler: Handler,
  { log, headers }: Services,
): Promise<Listener | undefined> {
  if (!owner) return undefined
  const listener = await openListener({ kind: 'owner', handler, log, headers, at: { path: owner.socketPath } })
  if (process.platform !== 'win32') await chmod(owner.socketPath, 0o600)
  return listener
}

async function openLanDoor(options: ServerOptions, handler: Handler, services: Services): Promise<void> {
  const { sharing, redirectDoor, log, headers, tls, settings, ownAddresses, accessLog } = services
  const must = options.sharing === 'on'
  const door = {
    ...{ kind: 'lan' as const, handler, log, headers },
    encryption: createEncryption(tls, settings),
    // Nobody locks himself out, and by a proxy many people come.
    isExempt: (address: string) => ownAddresses.has(address) || isInNetworks(address, settings.current.proxy.trusted),
    onRefused: accessLog.refused,
  }
  const { problem, confined } = await sharing.start(at => openListener({ ...door, at }), must)
  const { encryption: _, ...plainDoor } = door
  await redirectDoor.start(at => openListener({ ...plainDoor, at }))
  if (problem) log.warn(problem.detail)
  if (confined) log.warn(confined)
  if (!problem || !must) return
  const { reason } = problem
  throw new StartError(reason === 'port_in_use' || reason === 'port_forbidden' ? reason : 'unknown', problem.detail)
}
