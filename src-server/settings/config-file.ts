import { z } from 'zod'
import { type InstanceKey, instanceKeys, instanceSettings } from '../contract/instance.ts'
import { isTable, type Table } from '../storage/toml-file.ts'

/**
 * config.toml as it stands on the disk, by the table of its keys in the contract. Every key may be missing; keys and
 * tables that nobody knows stay. A wrong value is refused with words that say what is allowed.
 */
export type ConfigFile = Table

/** What a key holds. */
export type ValueOf<K extends InstanceKey> = z.output<(typeof instanceSettings)[K]['schema']>

/** Keys that may stand in another place too, as in upstream's older files; the key's own place wins. */
const alsoAt: ReadonlyMap<InstanceKey, string> = new Map([
  ['session.permanent_lifetime_days', 'app.permanent_lifetime_days'],
])

/** The path in the file → what may stand there. */
const places = instanceKeys.flatMap(key => {
  const { schema } = instanceSettings[key]
  const other = alsoAt.get(key)
  return [[key, schema] as const, ...(other === undefined ? [] : [[other, schema] as const])]
})

const tableNames = [...new Set(places.map(([place]) => split(place).table))]

export const ConfigFile: z.ZodType<ConfigFile, ConfigFile> = z.looseObject(
  Object.fromEntries(tableNames.map(name => [name, tableSchema(name).optional()])),
)

/** What a new instance starts with: upstream's own defaults. */
export const newConfigFile: ConfigFile = {
  app: { theme: 'cerulean', markdown_theme: 'cerulean', max_file_size_mb: 100 },
  session: { permanent_lifetime_days: 30 },
}

/** What the file says of a key; undefined: nothing. */
export function valueIn<K extends InstanceKey>(file: ConfigFile, key: K): ValueOf<K> | undefined {
  const found = placesOf(key).map(place => readAt(file, place))
  return found.find(value => value !== undefined) as ValueOf<K> | undefined
}

/** The file with a key set anew, or without it where `value` is null. A table that is left empty goes too. */
export function withValue(file: ConfigFile, key: InstanceKey, value: unknown): ConfigFile {
  if (value === null) return placesOf(key).reduce(without, file)
  const { table, name } = split(key)
  return { ...file, [table]: { ...tableIn(file, table), [name]: value } }
}

function without(file: ConfigFile, place: string): ConfigFile {
  const { table, name } = split(place)
  if (!Object.hasOwn(tableIn(file, table), name)) return file
  const { [name]: _, ...rest } = tableIn(file, table)
  if (Object.keys(rest).length > 0) return { ...file, [table]: rest }
  const { [table]: __, ...others } = file
  return others
}

function placesOf(key: InstanceKey): string[] {
  const other = alsoAt.get(key)
  return other === undefined ? [key] : [key, other]
}

function tableSchema(table: string) {
  const own = places.filter(([place]) => split(place).table === table)
  return z.looseObject(Object.fromEntries(own.map(([place, schema]) => [split(place).name, schema.optional()])))
}

function readAt(file: ConfigFile, place: string): unknown {
  const { table, name } = split(place)
  return tableIn(file, table)[name]
}

function tableIn(file: ConfigFile, name: string): Table {
  const table = file[name]
  return isTable(table) ? table : {}
}

/** `server.port` → its table and its name there. */
function split(place: string): { table: string; name: string } {
  const dot = place.indexOf('.')
  return { table: place.slice(0, dot), name: place.slice(dot + 1) }
}
