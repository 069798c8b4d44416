import type { HtmlMode } from '../contract/html-mode.ts'
import type { PageType } from '../contract/links.ts'
import { parseLocalTime, toLocalTime } from '../storage/local-time.ts'
import type { Row } from './record.ts'

/**
 * Making and changing rows of a links.toml. Rows are never changed in place, unknown keys stay, and what we write has
 * upstream's keys in upstream's order and form before our own.
 */

/** What may be set in a row; undefined takes the key away, what is left out stays. */
export interface RowChanges {
  readonly url?: string | undefined
  readonly title?: string | undefined
  readonly expiresAt?: Date | undefined
  readonly sha256?: string | undefined
  readonly createdAt?: Date | undefined
  readonly updatedAt?: Date | undefined
  readonly enabled?: boolean | undefined
  readonly passwordHash?: string | undefined
  readonly maxVisits?: number | undefined
  readonly htmlMode?: HtmlMode | undefined
}

/** A file in its owner's assets folder: `path` is its name there, `name` what people see. */
export interface StoredFile {
  readonly type: 'file' | PageType
  readonly path: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly mimeType: string
  readonly sha256?: string | undefined
}

const fileKeys = ['path', 'original_filename', 'file_size', 'mime_type', 'upload_date']
const keyOrder = [
  ...['type', 'expiration_date', 'url', ...fileKeys],
  ...['title', 'sha256', 'created_at', 'updated_at', 'enabled', 'password_hash', 'max_visits', 'html_mode'],
]

export const redirectRow = (url: string, changes: RowChanges): Row =>
  changeRow({ type: 'redirect' }, { ...changes, url })

export const contentRow = (file: StoredFile, uploaded: Date, changes: RowChanges): Row =>
  changeRow(contentKeys(file, uploaded), { sha256: file.sha256, ...changes })

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

/** The row leading to another file, whatever it led to before; all else about the link stays. */
export function withContent(row: Row, file: StoredFile, now: Date): Row {
  const kept = without(row, [...fileKeys, 'url'])
  const changes = { sha256: file.sha256, createdAt: creationOf(row), updatedAt: now }
  return changeRow({ ...kept, ...contentKeys(file, now) }, changes)
}

/** The row as a redirect, whatever it was before. */
export const asRedirect = (row: Row, url: string): Row =>
  changeRow(
    { ...without(row, [...fileKeys, 'sha256', 'html_mode']), type: 'redirect' },
    { url, ...(row.type !== 'redirect' && { createdAt: creationOf(row) }) },
  )

/** Upstream gives pages neither size nor media type. */
function contentKeys({ type, path, name, size, mimeType }: StoredFile, uploaded: Date): Row {
  const about = type === 'file' ? { file_size: size, mime_type: mimeType } : {}
  return { type, path, original_filename: name, ...about, upload_date: toLocalTime(uploaded) }
}

function toKeys(changes: RowChanges): Record<string, unknown> {
  const keys: Record<string, unknown> = {}
  for (const key of ['url', 'title', 'sha256'] as const) if (key in changes) keys[key] = changes[key]
  if ('expiresAt' in changes) keys.expiration_date = changes.expiresAt && toLocalTime(changes.expiresAt)
  if ('createdAt' in changes) keys.created_at = changes.createdAt && toLocalTime(changes.createdAt)
  if ('updatedAt' in changes) keys.updated_at = changes.updatedAt && toLocalTime(changes.updatedAt)
  if ('passwordHash' in changes) keys.password_hash = changes.passwordHash
  if ('maxVisits' in changes) keys.max_visits = changes.maxVisits
  if ('htmlMode' in changes) keys.html_mode = changes.htmlMode
  if ('enabled' in changes) keys.enabled = changes.enabled === false ? false : undefined
  return keys
}

/** An upload's date moves on with each new file: the day on which the link was made is kept beside it. */
const creationOf = (row: Row): Date | undefined => parseLocalTime(row.created_at) ?? parseLocalTime(row.upload_date)

const without = (row: Row, keys: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)))
