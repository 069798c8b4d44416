import { hostname } from 'node:os'
import { type InstanceKey, instanceSettings } from '../contract/instance.ts'
import type { UploadLimits } from '../contract/transfers.ts'
import { type LogLevel, logLevels } from '../log.ts'
import { TomlFile } from '../storage/toml-file.ts'
import type { ThemeNames } from './appearance.ts'
import { ConfigFile, newConfigFile, type ValueOf, valueIn, withValue } from './config-file.ts'

/**
 * What the instance is set to: config.toml over the defaults, and under what this run was told. Always complete and valid.
 */
export interface Settings {
  /** Names as they stand in the file; `appearance` knows what is drawn. */
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
    /** Without a slash at its end; empty: none. */
    readonly contentUrl: string
    /** 0: none. */
    readonly redirectPort: number
  }
  readonly proxy: { readonly trusted: readonly string[]; readonly hops: number }
  readonly tls: {
    readonly mode: ValueOf<'tls.mode'>
    /** Full paths; empty: none of one's own. */
    readonly certFile: string
    readonly keyFile: string
    readonly http2: boolean
    readonly allowHttpLogin: boolean
  }
  readonly rateLimit: {
    readonly isOn: boolean
    readonly login: RateLimit
    readonly general: RateLimit
    readonly signedIn: RateLimit
  }
  readonly bans: {
    readonly isOn: boolean
    readonly maxRetry: number
    readonly findSeconds: number
    readonly banSeconds: number
    readonly ignore: readonly string[]
  }
  /** Addresses and networks; empty: everywhere. */
  readonly loginAllow: readonly string[]
  readonly passwords: {
    readonly hash: ValueOf<'passwords.hash'>
    readonly minLength: number
    readonly require2fa: ValueOf<'passwords.require_2fa'>
  }
  readonly headers: {
    /** Empty: the one that Trunk8 comes with. */
    readonly contentSecurityPolicy: string
    readonly permissionsPolicy: string
    readonly xssProtection: string
  }
  readonly oidc: {
    /** Empty: there is no such provider. */
    readonly issuer: string
    readonly clientId: string
    readonly scopes: string
    readonly autoCreate: boolean
    readonly allowedDomains: readonly string[]
    readonly adminClaim: string
  }
  readonly saml: {
    readonly metadataUrl: string
    readonly certFile: string
    readonly entityId: string
    readonly autoCreate: boolean
  }
  readonly accessLog: { readonly isOn: boolean; readonly maxBytes: number; readonly keep: number }
  readonly htmlMode: ValueOf<'html.mode'>
  readonly backup: {
    readonly schedule: ValueOf<'backup.schedule'>
    /** 0 to 23, in local time. */
    readonly hour: number
    readonly keep: number
    /** Full path; empty: beside the data. */
    readonly folder: string
  }
  readonly logLevel: LogLevel
}

/** As nginx has it: so many a minute on average, and so many more at once. */
export interface RateLimit {
  readonly perMinute: number
  readonly burst: number
}

/** What holds for this run only, whatever the file says. */
export interface SettingsOverrides {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly logLevel?: LogLevel | undefined
  readonly rateLimits?: 'off' | undefined
}

/** What gave an override, by the name that a person knows. */
export type OverrideNames = Readonly<Partial<Record<keyof SettingsOverrides, string>>>

const overrideKeys = {
  host: 'server.host',
  port: 'server.port',
  logLevel: 'logging.level',
  rateLimits: 'rate_limit.enabled',
} as const

/** The keys that this run overrules, each with what does so. */
export function overruledIn(overrides: SettingsOverrides, names: OverrideNames = {}): Overruled {
  const given = (['host', 'port', 'logLevel', 'rateLimits'] as const).filter(name => overrides[name] !== undefined)
  return Object.fromEntries(given.map(name => [overrideKeys[name], names[name] ?? 'the command that started Trunk8']))
}

/** Key → what overrules the file during this run. */
export type Overruled = Readonly<Partial<Record<InstanceKey, string>>>

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
    setPort: (port: number) => file.modify(config => withValue(config, 'server.port', port)),
    /** Calls `listener` with every new state. Returns the function that ends it. */
    onChange(listener: (settings: Settings) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    file,
  }
}

function resolve(file: ConfigFile, overrides: SettingsOverrides): Settings {
  const read = <K extends InstanceKey>(key: K): ValueOf<K> =>
    valueIn(file, key) ?? (instanceSettings[key].default as ValueOf<K>)
  return {
    theme: read('app.theme'),
    markdownTheme: read('app.markdown_theme'),
    uploads: {
      maxFileSize: toBytes(read('app.max_file_size_mb')),
      allowedExtensions: read('uploads.allow_all') ? null : extensions(read('uploads.allowed_extensions')),
    },
    session: {
      lifetimeDays: read('session.permanent_lifetime_days'),
      idleMinutes: read('session.idle_minutes'),
    },
    server: {
      port: overrides.port ?? read('server.port'),
      host: overrides.host ?? read('server.host'),
      name: read('server.name') || `Trunk8 on ${hostname()}`,
      publicUrl: read('server.public_url').replace(/\/+$/, ''),
      allowedHosts: read('server.allowed_hosts'),
      contentUrl: read('server.content_url').replace(/\/+$/, ''),
      redirectPort: read('server.redirect_port'),
    },
    proxy: { trusted: read('proxy.trusted'), hops: read('proxy.hops') },
    tls: {
      mode: read('tls.mode'),
      certFile: read('tls.cert_file'),
      keyFile: read('tls.key_file'),
      http2: read('tls.http2'),
      allowHttpLogin: read('tls.allow_http_login'),
    },
    rateLimit: {
      isOn: overrides.rateLimits !== 'off' && read('rate_limit.enabled'),
      login: { perMinute: read('rate_limit.login_per_minute'), burst: read('rate_limit.login_burst') },
      general: { perMinute: read('rate_limit.general_per_minute'), burst: read('rate_limit.general_burst') },
      signedIn: { perMinute: read('rate_limit.signed_in_per_minute'), burst: read('rate_limit.signed_in_burst') },
    },
    bans: {
      isOn: read('bans.enabled'),
      maxRetry: read('bans.max_retry'),
      findSeconds: read('bans.find_seconds'),
      banSeconds: read('bans.ban_seconds'),
      ignore: read('bans.ignore'),
    },
    loginAllow: read('access.login_allow'),
    passwords: {
      hash: read('passwords.hash'),
      minLength: read('passwords.min_length'),
      require2fa: read('passwords.require_2fa'),
    },
    headers: {
      contentSecurityPolicy: read('headers.content_security_policy'),
      permissionsPolicy: read('headers.permissions_policy'),
      xssProtection: read('headers.x_xss_protection'),
    },
    oidc: {
      issuer: read('oidc.issuer'),
      clientId: read('oidc.client_id'),
      scopes: read('oidc.scopes'),
      autoCreate: read('oidc.auto_create'),
      allowedDomains: read('oidc.allowed_domains'),
      adminClaim: read('oidc.admin_claim'),
    },
    saml: {
      metadataUrl: read('saml.idp_metadata_url'),
      certFile: read('saml.idp_cert_file'),
      entityId: read('saml.entity_id'),
      autoCreate: read('saml.auto_create'),
    },
    accessLog: {
      isOn: read('logging.access_log'),
      maxBytes: Math.round(read('logging.max_mb') * 1024 * 1024),
      keep: read('logging.keep'),
    },
    htmlMode: read('html.mode'),
    backup: {
      schedule: read('backup.schedule'),
      hour: read('backup.hour'),
      keep: read('backup.keep'),
      folder: read('backup.folder'),
    },
    logLevel: overrides.logLevel ?? toLevel(read('logging.level')),
  }
}

/** The names that the file itself gives. */
export function themesIn(file: ConfigFile): ThemeNames {
  const [theme, markdownTheme] = [valueIn(file, 'app.theme'), valueIn(file, 'app.markdown_theme')]
  return { ...(theme !== undefined && { theme }), ...(markdownTheme !== undefined && { markdownTheme }) }
}

const toLevel = (name: string): LogLevel => logLevels.find(level => level === name.toUpperCase()) ?? 'INFO'

const toBytes = (megabytes: number): number | null => (megabytes === 0 ? null : Math.round(megabytes * 1024 * 1024))

const extensions = (list: readonly string[]): string[] => list.map(name => name.toLowerCase().replace(/^\./, ''))
