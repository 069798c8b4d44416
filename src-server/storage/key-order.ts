import { parse } from 'smol-toml'

/**
 * The order of rows in a file’s tables, which JavaScript loses: names that look like whole numbers (`2026`) jump to the
 * front of an object. It says something: of two users who hold a code, upstream serves the first in users.toml.
 */
type Rows = Readonly<Record<string, unknown>>

/** What was parsed from `text`, with the rows of its tables in the order of the text. */
export function inOrderOfText<T>(value: T, text: string): T {
  let written: ReadonlyMap<string, readonly string[]> | undefined
  return mapTables(value, (name, rows) => {
    written ??= headersOf(text)
    return view(rows, arrange(rows, written.get(name) ?? []))
  })
}

/** `value`, with the rows that `before` had where they were, and new ones at the end. */
export const inOrderOfBefore = <T>(value: T, before: unknown): T =>
  mapTables(value, (name, rows) => view(rows, arrange(rows, Object.keys(tablesOf(before)[name] ?? {}))))

/** Only tables with such a name need anything: numbers come first, so that a look at the first name tells. */
function mapTables<T>(value: T, change: (name: string, rows: Rows) => Rows): T {
  const tables = Object.entries(tablesOf(value)).filter(([, rows]) => looksLikeNumber(Object.keys(rows)[0] ?? ''))
  if (tables.length === 0) return value
  return { ...value, ...Object.fromEntries(tables.map(([name, rows]) => [name, change(name, rows)])) }
}

const tablesOf = (value: unknown): Readonly<Record<string, Rows>> =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, rows]) => isPlain(rows)))

const isPlain = (rows: unknown): boolean =>
  typeof rows === 'object' && rows !== null && !Array.isArray(rows) && !(rows instanceof Date)

/** What ECMAScript calls an array index (section 6.1.7). */
const looksLikeNumber = (name: string): boolean => /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1

/** The names of `rows`: each number behind the name that it came behind in `before`, or at the end. */
function arrange(rows: Rows, before: readonly string[]): readonly string[] {
  const followers = new Map<string | undefined, string[]>()
  let last: string | undefined
  for (const name of before.filter(name => Object.hasOwn(rows, name))) {
    if (!looksLikeNumber(name)) last = name
    else followers.set(last, [...(followers.get(last) ?? []), name])
  }
  const known = new Set([...followers.values()].flat())
  const names = Object.keys(rows)
  return [
    ...(followers.get(undefined) ?? []),
    ...names.filter(name => !looksLikeNumber(name)).flatMap(name => [name, ...(followers.get(name) ?? [])]),
    ...names.filter(name => looksLikeNumber(name) && !known.has(name)),
  ]
}

/** The same rows, told in this order. */
const view = (rows: Rows, names: readonly string[]): Rows => new Proxy({ ...rows }, { ownKeys: () => [...names] })

/** Name of a table → the names of the rows in it, as their headers come. */
function headersOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const [table, row] = /^\s*\[/.test(line) ? namesIn(line) : []
    if (table !== undefined && row !== undefined) found.set(table, (found.get(table) ?? new Set<string>()).add(row))
  }
  return new Map([...found].map(([table, rows]) => [table, [...rows]]))
}

/** `[links.2026]` → `links`, `2026`; nothing where a line is no header by itself. */
function namesIn(line: string): readonly string[] {
  const [, table, row] = /^\s*\[\s*([\w-]+)\s*\.\s*([\w-]+)\s*[.\]]/.exec(line) ?? []
  if (table !== undefined && row !== undefined) return [table, row]
  try {
    const [[table, rows] = []] = Object.entries(parse(line))
    return [table, Object.keys(rows ?? {})[0]].filter(name => name !== undefined)
  } catch {
    return []
  }
}
