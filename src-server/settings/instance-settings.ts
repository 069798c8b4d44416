import type { Audit } from '../audit/audit.ts'
import { AppError, type FieldError } from '../contract/errors.ts'
import {
  type InstanceChanges,
  InstanceKey,
  type InstanceState,
  instanceKeys,
  instanceSettings,
  type SettingValue,
} from '../contract/instance.ts'
import type { Client } from '../http/client.ts'
import type { Who } from '../policy.ts'
import type { Problems } from '../problems/problems.ts'
import type { Sharing } from '../sharing/sharing.ts'
import { refuseLockOut } from '../sign-in/allow-list.ts'
import { type ConfigFile, type ValueOf, valueIn, withValue } from './config-file.ts'
import type { Overruled, Settings, SettingsService } from './settings.ts'

/**
 * config.toml as admins see and change it. A value is checked like one that is written by hand, and nothing is written
 * over a file that does not parse. A port or an address that cannot be had is refused, and sharing stays where it was.
 */
export type InstanceSettings = ReturnType<typeof createInstanceSettings>

interface InstanceOptions {
  readonly settings: SettingsService
  readonly sharing: Sharing
  readonly problems: Problems
  readonly audit: Audit
  readonly overruled: Overruled
}

type Values = InstanceChanges['values']

export function createInstanceSettings({ settings, sharing, problems, audit, overruled }: InstanceOptions) {
  function get(): InstanceState {
    const file = settings.file.value
    const problem = problems.of(settings.file.path).find(({ kind }) => kind === 'file')
    return {
      values: valuesOf(file, settings.current, sharing.status().port),
      set: instanceKeys.filter(key => valueIn(file, key) !== undefined),
      overruled,
      file: settings.file.path,
      ...(problem && { problem }),
    }
  }

  /** Where the changes make the server listen, if it is elsewhere. */
  function moveIn(values: Values): { host?: string; port?: number } | undefined {
    const { host, port } = settings.current.server
    const wanted = { host: wantedOf(values, 'server.host'), port: wantedOf(values, 'server.port') }
    const isNewHost = wanted.host !== undefined && wanted.host !== host && !overruled['server.host']
    const isNewPort = wanted.port !== undefined && wanted.port !== port && !overruled['server.port']
    if (!isNewHost && !isNewPort) return undefined
    return { ...(isNewHost && { host: wanted.host }), ...(isNewPort && { port: wanted.port }) }
  }

  async function move(to: { host?: string; port?: number }): Promise<void> {
    const failed = await sharing.move(to)
    if (!failed) return
    const path = failed.reason === 'address_missing' || to.port === undefined ? 'server.host' : 'server.port'
    throw new AppError('conflict', failed.detail, { errors: [{ path, message: failed.detail }] })
  }

  return {
    get,

    /**
     * Throws `invalid_input`, `file_broken`, and `conflict` for a port or address that cannot be had, or for a list that
     * shuts out the client who asks for it and has not confirmed that.
     */
    async update(who: Who, { values, isConfirmed = false }: InstanceChanges, client?: Client): Promise<InstanceState> {
      refuseWrong(values)
      const loginAllow = wantedOf(values, 'access.login_allow')
      if (client && loginAllow && !isConfirmed) refuseLockOut(client, loginAllow)
      await settings.file.refresh()
      const { host, port } = settings.current.server
      const to = moveIn(values)
      if (to) await move(to)
      try {
        await settings.file.modify(file => apply(file, values))
      } catch (error) {
        if (to) await sharing.move({ ...(to.host && { host }), ...(to.port && { port }) })
        throw error
      }
      if (entriesOf(values).length > 0) await audit.record(who, 'settings_changed', { values })
      return get()
    },
  }
}

function refuseWrong(values: Values): void {
  const errors = entriesOf(values).flatMap(([key, value]): FieldError[] => {
    const issue = value === null ? undefined : instanceSettings[key].schema.safeParse(value).error?.issues[0]
    return issue ? [{ path: key, message: issue.message }] : []
  })
  const [first] = errors
  if (first) throw new AppError('invalid_input', first.message, { errors })
}

const apply = (file: ConfigFile, values: Values): ConfigFile =>
  entriesOf(values).reduce((changed, [key, value]) => withValue(changed, key, value), file)

/** What a key is to be; undefined: it is not spoken of. */
function wantedOf<K extends InstanceKey>(values: Values, key: K) {
  const value = values[key]
  const wanted = value === null ? instanceSettings[key].default : value
  return wanted as ValueOf<K> | undefined
}

const entriesOf = (values: Values): [InstanceKey, SettingValue | null][] =>
  Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[InstanceKey.parse(key), value]]))

function valuesOf(file: ConfigFile, { server, logLevel, rateLimit }: Settings, port: number): InstanceState['values'] {
  const held = instanceKeys.map(key => [key, valueIn(file, key) ?? instanceSettings[key].default])
  return {
    ...Object.fromEntries(held),
    'server.host': server.host,
    'server.port': server.port || port,
    'rate_limit.enabled': rateLimit.isOn,
    'logging.level': logLevel === 'CRITICAL' ? 'ERROR' : logLevel,
  }
}
