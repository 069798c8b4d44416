import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { isTable, type Table, type TomlFile } from '../storage/toml-file.ts'
import { createGather } from './gather.ts'
import { isSameRow, type LinkRecord, type Row, readRow } from './record.ts'

/**
 * One user's links.toml, understood row by row and kept current. A row that is no link is set aside: it stays in the file
 * as it is and keeps its code taken.
 */
export type Shelf = ReturnType<typeof createShelf>

/** One link as it stands in its owner's file. */
export interface Entry {
  readonly code: string
  readonly owner: string
  readonly row: Row
  readonly record: LinkRecord
}

export interface LinkChange {
  readonly action: 'created' | 'updated' | 'removed'
  readonly code: string
  readonly owner: string
}

/** The file as a whole. Its rows are not copied: checking a thousand links costs no more than checking one. */
export const LinksFile = z.custom<Table & { readonly links?: Table }>(
  file => isTable(file) && (file.links === undefined || isTable(file.links)),
  'links has to be a table',
)

interface ShelfOptions {
  readonly owner: string
  readonly file: TomlFile<typeof LinksFile>
  /** Hears what became of the file, whoever changed it; not called for what was there at the start. */
  readonly onChange: (changes: readonly LinkChange[]) => void
}

/** Rows to write over whatever stands under their codes, and codes whose rows go. */
export interface RowsChange {
  readonly put: ReadonlyMap<string, Row>
  readonly drop: readonly string[]
}

export function createShelf({ owner, file, onChange }: ShelfOptions) {
  let entries: ReadonlyMap<string, Entry> = new Map()
  let aside: ReadonlySet<string> = new Set()
  let odd: readonly Entry[] = []
  let paths: ReadonlySet<unknown> | undefined

  function read(rows: Table): LinkChange[] {
    const before = entries
    const [now, asideNow] = [new Map<string, Entry>(), new Set<string>()]
    const oddNow: Entry[] = []
    const changes: LinkChange[] = []
    for (const [code, row] of Object.entries(rows)) {
      const old = before.get(code)
      const entry = old && isSameRow(old.row, row) ? old : readEntry(code, owner, row)
      if (entry) now.set(code, entry)
      else asideNow.add(code)
      if (entry?.record.problem !== undefined) oddNow.push(entry)
      if (entry && entry !== old) changes.push({ action: old ? 'updated' : 'created', code, owner })
    }
    for (const code of before.keys()) if (!now.has(code)) changes.push({ action: 'removed', code, owner })
    entries = now
    aside = asideNow
    odd = oddNow
    paths = undefined
    return changes
  }

  const edit = createGather<Map<string, unknown>>(change =>
    file.modify(current => {
      const rows = new Map(Object.entries(current.links ?? {}))
      change(rows)
      return { ...current, links: Object.fromEntries(rows) }
    }),
  )

  read(file.value.links ?? {})
  const stopListening = file.onChange(value => onChange(read(value.links ?? {})))

  return {
    path: file.path,
    get entries() {
      return entries
    },
    /** Codes whose rows are no links. */
    get aside() {
      return aside
    },
    /** Links with something that cannot be understood. */
    get odd() {
      return odd
    },
    /** Every table that stands under a code, be it a link or not. */
    rows: (): ReadonlyMap<string, Row> =>
      new Map(Object.entries(file.value.links ?? {}).filter((pair): pair is [string, Row] => isTable(pair[1]))),
    has: (code: string) => entries.has(code) || aside.has(code),
    /** Whether a link leads to the file of this path. */
    hasPath(path: string): boolean {
      paths ??= new Set([...entries.values()].map(entry => entry.row.path))
      return paths.has(path)
    },
    /** One write for all of them. Throws `code_taken`. */
    add: (added: ReadonlyMap<string, Row>) =>
      edit(rows => {
        for (const code of added.keys()) if (rows.has(code)) throw codeTaken(code)
        for (const [code, row] of added) rows.set(code, row)
      }),
    /** Puts a changed row in the place of `entry`'s, under a new code if given. Throws `conflict` if it is not there as it was. */
    replace: (entry: Entry, row: Row, code = entry.code) =>
      edit(rows => {
        requireUnchanged(rows, entry)
        if (code === entry.code) rows.set(code, row)
        else rename(rows, entry.code, [code, row])
      }),
    /** Throws `conflict` if it is not there as it was. */
    drop: (entry: Entry) =>
      edit(rows => {
        requireUnchanged(rows, entry)
        rows.delete(entry.code)
      }),
    /** All of it in one write. */
    write: ({ put, drop }: RowsChange) =>
      edit(rows => {
        for (const code of drop) rows.delete(code)
        for (const [code, row] of put) rows.set(code, row)
      }),
    /** Takes in what was changed by hand. Throws `file_broken`; then the last good state stays. */
    refresh: () => file.refresh(),
    async close(): Promise<void> {
      stopListening()
      await file.close()
    },
  }
}

export const codeTaken = (code: string) => new AppError('code_taken', `/${code} is taken. Choose another code`)

function readEntry(code: string, owner: string, row: unknown): Entry | undefined {
  const record = readRow(row)
  return record && { code, owner, row: row as Row, record }
}

function requireUnchanged(rows: ReadonlyMap<string, unknown>, { code, row }: Entry): void {
  if (rows.has(code) && isSameRow(rows.get(code), row)) return
  throw new AppError('conflict', `/${code} was changed at the same time. Look at it again`)
}

/** The new row stands where the old one stood. Throws `code_taken`. */
function rename(rows: Map<string, unknown>, from: string, [code, row]: readonly [string, Row]): void {
  if (rows.has(code)) throw codeTaken(code)
  const renamed = [...rows].map(pair => (pair[0] === from ? ([code, row] as const) : pair))
  rows.clear()
  for (const [key, value] of renamed) rows.set(key, value)
}
