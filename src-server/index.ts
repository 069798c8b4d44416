import type { SharingStatus } from './contract/sharing.ts'

/** The server's only door for its two hosts: the desktop's utility process and the headless command. */
export interface ServerOptions {
  /** The instance's folder; made where missing. */
  readonly dataDir: string
  /** The built web UI. */
  readonly uiDir: string
  readonly secrets: { readonly adminPassword: string; readonly secretKey: string }
  /** Overrides of config.toml's `[server]`, for this run only. */
  readonly listen?: { readonly host?: string; readonly port?: number }
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

export class StartError extends Error {
  readonly reason:
    | 'data_dir_not_writable'
    | 'data_dir_in_use'
    | 'file_broken'
    | 'port_in_use'
    | 'port_forbidden'
    | 'unknown'
  constructor(reason: StartError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartError'
    this.reason = reason
  }
}
