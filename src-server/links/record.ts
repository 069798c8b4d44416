import { isDeepStrictEqual } from 'node:util'
import { parseLocalTime, toLocalTime } from '../storage/local-time.ts'

/**
 * One `[links.CODE]` table of a links.toml, and what it means. Rows are never changed in place, unknown keys stay,
 * and new rows have upstream's keys in upstream's order before our own.
 */
export type Row = Readonly<Record<string, unknown>>

/** A row, understood. Whatever is missing or of the wrong kind is absent. */
export interface LinkRecord {
  readonly type: string
  readonly url?: string
  /** File name below the owner's assets folder; not to be trusted. */
  readonly path?: string
  readonly originalFilename?: string
  readonly fileSize?: number
  readonly mimeType?: string
  readonly sha256?: string
  readonly title?: string
  readonly createdAt?: Date
  readonly updatedAt?: Date
  readonly expiresAt?: Date
  readonly enabled: boolean
  readonly isProtected: boolean
  readonly maxVisits?: number
}

/** What may be set in a row; undefined takes the key away, what is left out stays. */
export interface RowChanges {
  readonly url?: string | undefined
  readonly title?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly sha256?: string | undefined
  readonly createdAt?: Date | undefined
  readonly updatedAt?: Date | undefined
  readonly enabled?: boolean | undefined
}

const keyOrder = [
  ...['type', 'expiration_date', 'url', 'path', 'original_filename', 'file_size', 'mime_type', 'upload_date'],
  ...['title', 'sha256', 'created_at', 'updated_at', 'enabled'],
]

/** Any value that stands under a code → what it means; undefined where it is no link at all. */
export function readRow(row: unknown): LinkRecord | undefined {
  if (!isRow(row) || typeof row.type !== 'string') return undefined
  const path = text(row.path)
  return {
    type: row.type,
    url: text(row.url),
    path,
    originalFilename: text(row.original_filename) || (path && nameInPath(path)),
    fileSize: count(row.file_size),
    mimeType: text(row.mime_type),
    sha256: text(row.sha256),
    title: text(row.title),
    createdAt: parseLocalTime(row.created_at) ?? parseLocalTime(row.upload_date),
    updatedAt: parseLocalTime(row.updated_at),
    expiresAt: parseLocalTime(row.expiration_date),
    enabled: row.enabled !== false,
    isProtected: Boolean(row.password_hash),
    maxVisits: count(row.max_visits),
  }
}

/** Whether a row names an expiry that nobody can read, and which therefore does not count. */
export const hasUnreadableExpiry = (row: unknown): boolean =>
  isRow(row) && Boolean(row.expiration_date) && parseLocalTime(row.expiration_date) === undefined

/** Whether two rows say the same, whether they were read from a file or made here. */
export const isSameRow = (a: unknown, b: unknown): boolean =>
  a === b || (isRow(a) && isRow(b) && isDeepStrictEqual({ ...a }, { ...b }))

export const redirectRow = (url: string, changes: RowChanges): Row =>
  changeRow({ type: 'redirect' }, { ...changes, url })

/** A stored file: `path` is its name in the assets folder, `name` what people see. */
export interface StoredFile {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly mimeType: string
  readonly sha256?: string | undefined
}

export function fileRow({ path, name, size, mimeType, sha256 }: StoredFile, uploaded: Date, changes: RowChanges): Row {
  const row = { type: 'file', path, original_filename: name, file_size: size, mime_type: mimeType }
  return changeRow({ ...row, upload_date: toLocalTime(uploaded) }, { sha256, ...changes })
}

/** The row with the changes in it. Where keys we know are added, they take their place in the order. */
export function changeRow(row: Row, changes: RowChanges): Row {
  const next = new Map(Object.entries(row))
  for (const [key, value] of Object.entries(toKeys(changes))) {
    if (value === undefined) next.delete(key)
    else next.set(key, value)
  }
  const known = keyOrder.filter(key => next.has(key))
  const others = [...next.keys()].filter(key => !keyOrder.includes(key))
  return Object.fromEntries([...known, ...others].map(key => [key, next.get(key)]))
}

function toKeys(changes: RowChanges): Record<string, unknown> {
  const keys: Record<string, unknown> = {}
  for (const key of ['url', 'title', 'sha256'] as const) if (key in changes) keys[key] = changes[key]
  if ('expiresAt' in changes) keys.expiration_date = changes.expiresAt && toLocalTime(changes.expiresAt)
  if ('createdAt' in changes) keys.created_at = changes.createdAt && toLocalTime(changes.createdAt)
  if ('updatedAt' in changes) keys.updated_at = changes.updatedAt && toLocalTime(changes.updatedAt)
  if ('enabled' in changes) keys.enabled = changes.enabled === false ? false : undefined
  return keys
}

/** Old entries keep the name in the path, behind a random start: `3f2a9c_Old_report.pdf`. */
const nameInPath = (path: string) => path.slice(path.indexOf('_') + 1)

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

function count(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}
