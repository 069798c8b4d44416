import { hostname } from 'node:os'
import type { UploadLimits } from '../contract/transfers.ts'
import { type LogLevel, logLevels } from '../log.ts'
import { TomlFile } from '../storage/toml-file.ts'
import { defaultExtensions } from './allowed-extensions.ts'
import { ConfigFile, newConfigFile } from './config-file.ts'

/**
 * What the instance is set to: config.toml over the defaults, and under what this run was told. Always complete and valid.
 */
export interface Settings {
  readonly theme: string
  readonly markdownTheme: string
  readonly uploads: UploadLimits
  readonly session: { readonly lifetimeDays: number; readonly idleMinutes: number }
  readonly server: {
    /** 0: any that is free, for this run. */
    readonly port: number
    /** Address to listen on; `0.0.0.0`: every network. */
    readonly host: string
    readonly name: string
    /** Without a slash at its end; empty: none. */
    readonly publicUrl: string
    readonly allowedHosts: readonly string[]
  }
  readonly logLevel: LogLevel
}

/** What holds for this run only, whatever the file says. */
export interface SettingsOverrides {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly logLevel?: LogLevel | undefined
}

export type SettingsService = Awaited<ReturnType<typeof openSettings>>

/** Makes the file where it is missing. Throws `file_broken`, naming file, line and key. */
export async function openSettings(path: string, overrides: SettingsOverrides) {
  const file = await TomlFile.open(path, ConfigFile)
  if (!file.isOnDisk) await file.modify(() => newConfigFile)
  let current = resolve(file.value, overrides)
  const listeners = new Set<(settings: Settings) => void>()
  file.onChange(value => {
    current = resolve(value, overrides)
    for (const listener of listeners) listener(current)
  })
  return {
    get current(): Settings {
      return current
    },
    /** Writes the port to the file. An override of this run stays in force. */
    setPort: (port: number) => file.modify(config => ({ ...config, server: { ...config.server, port } })),
    /** Calls `listener` with every new state. Returns the function that ends it. */
    onChange(listener: (settings: Settings) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    file,
  }
}

function resolve({ app, session, server, uploads, logging }: ConfigFile, overrides: SettingsOverrides): Settings {
  return {
    theme: app?.theme ?? 'cerulean',
    markdownTheme: app?.markdown_theme ?? 'cerulean',
    uploads: {
      maxFileSize: toBytes(app?.max_file_size_mb ?? 100),
      allowedExtensions: uploads?.allow_all ? null : extensions(uploads?.allowed_extensions ?? defaultExtensions),
    },
    session: {
      lifetimeDays: session?.permanent_lifetime_days ?? app?.permanent_lifetime_days ?? 30,
      idleMinutes: session?.idle_minutes ?? 60,
    },
    server: {
      port: overrides.port ?? server?.port ?? 5001,
      host: overrides.host ?? server?.host ?? '0.0.0.0',
      name: server?.name || `Trunk8 on ${hostname()}`,
      publicUrl: (server?.public_url ?? '').replace(/\/+$/, ''),
      allowedHosts: server?.allowed_hosts ?? [],
    },
    logLevel: overrides.logLevel ?? logLevels.find(level => level === logging?.level?.toUpperCase()) ?? 'INFO',
  }
}

const toBytes = (megabytes: number): number | null => (megabytes === 0 ? null : Math.round(megabytes * 1024 * 1024))

const extensions = (list: readonly string[]): string[] => list.map(name => name.toLowerCase().replace(/^\./, ''))
