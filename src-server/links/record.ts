import { isDeepStrictEqual } from 'node:util'
import { HtmlMode } from '../contract/html-mode.ts'
import { RedirectUrl } from '../contract/links.ts'
import { isPlainPath } from '../storage/assets.ts'
import { parseLocalTime } from '../storage/local-time.ts'

/**
 * One `[links.CODE]` table of a links.toml, and what it means: upstream's forms of all its versions, and what hands write.
 * Nothing here throws; what cannot be understood is absent and named as the record's `problem`.
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
  /** What an HTML page may do at most. */
  readonly htmlMode?: HtmlMode
  /** What in the row cannot be understood and what holds meanwhile, as a sentence; the link works as far as it goes. */
  readonly problem?: string
}

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
    htmlMode: htmlMode(row),
    problem: problemOf(row),
  }
}

function problemOf(row: Row): string | undefined {
  if (row.expiration_date && parseLocalTime(row.expiration_date) === undefined) {
    return 'Its expiration_date cannot be read, so it never expires'
  }
  if (row.enabled !== undefined && typeof row.enabled !== 'boolean') {
    return 'Its enabled is neither true nor false, so it counts as true'
  }
  switch (row.type) {
    case 'redirect':
      return isUsable(row.url) ? undefined : redirectProblem(row.url)
    case 'file':
    case 'markdown':
      return fileProblem(row.path)
    case 'html':
      return fileProblem(row.path) ?? modeProblem(row)
    default:
      return `Trunk8 knows no links of the type ${row.type}, so it keeps this one as it is and serves nothing`
  }
}

const modeProblem = ({ html_mode: mode }: Row) =>
  mode === undefined || HtmlMode.safeParse(mode).success
    ? undefined
    : 'Its html_mode is none of interactive, isolated and static, so no script of it runs'

/** What cannot be understood is taken for the least. */
const htmlMode = ({ type, html_mode: mode }: Row): HtmlMode | undefined =>
  type !== 'html' || mode === undefined ? undefined : HtmlMode.catch('static').parse(mode)

/** What nearly every address looks like is told apart quickly, since a folder may hold a hundred thousand of them. */
const isUsable = (url: unknown): boolean =>
  (typeof url === 'string' && /^https?:\/\/[!-~]{1,7900}$/.test(url) && URL.canParse(url)) ||
  RedirectUrl.safeParse(url).success

const redirectProblem = (url: unknown) =>
  text(url)
    ? 'Its address is none that visitors may be sent to, so it leads nowhere'
    : 'It has no address, so it leads nowhere'

function fileProblem(path: unknown): string | undefined {
  if (!text(path)) return 'It names no file, so there is nothing to serve'
  return isPlainPath(String(path)) ? undefined : 'Its path leads out of its owner’s folder, so nothing is served'
}

/** Whether two rows say the same, whether they were read from a file or made here. */
export const isSameRow = (a: unknown, b: unknown): boolean =>
  a === b || (isRow(a) && isRow(b) && isDeepStrictEqual({ ...a }, { ...b }))

/** Old entries keep the name in the path, behind a random start: `3f2a9c_Old_report.pdf`. */
const nameInPath = (path: string) => path.slice(path.indexOf('_') + 1)

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)

function count(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}
