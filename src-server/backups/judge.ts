import { LinkCode, NewLinkCode, RedirectUrl } from '../contract/links.ts'
import { type Row, readRow } from '../links/record.ts'
import { isTable } from '../storage/toml-file.ts'
import { isSafeName } from './entry-name.ts'
import { pathOf } from './write-backup.ts'

/**
 * Which rows of a backup may become links: the same as could have been made here. Dates, unknown keys and unknown types
 * are nobody’s fault and stay as they are written.
 */
export interface Wanted {
  readonly code: string
  readonly row: Row
  /** Name of its file in the zip. */
  readonly entry?: string
}

export interface Refused {
  readonly code: string
  readonly reason: string
}

interface JudgeOptions {
  /** Whether the zip has a file of this name. */
  readonly has: (entry: string) => boolean
  /** Where the zip keeps this user’s files: `assets/`. */
  readonly assets: string
  readonly now: Date
}

export function judgeRows(rows: ReadonlyMap<string, unknown>, options: JudgeOptions) {
  const [wanted, refused]: [Wanted[], Refused[]] = [[], []]
  for (const [code, row] of rows) {
    const verdict = judgeRow(code, row, options)
    if (typeof verdict === 'string') refused.push({ code, reason: verdict })
    else wanted.push({ code, ...verdict })
  }
  return { wanted, refused }
}

/** What becomes of a row, or why nothing does. */
function judgeRow(code: string, row: unknown, { has, assets, now }: JudgeOptions): Omit<Wanted, 'code'> | string {
  if (!LinkCode.safeParse(code).success) return 'No link can have this code'
  if (!NewLinkCode.safeParse(code).success) return 'Trunk8 keeps this code for itself'
  const record = readRow(row)
  if (!record || !isTable(row)) return 'It is no link: its type is missing'
  if (record.expiresAt !== undefined && record.expiresAt <= now) return `It expired on ${dayOf(record.expiresAt)}`
  if (record.type === 'redirect') {
    const { path: _, ...rest } = row
    return RedirectUrl.safeParse(record.url).success ? { row: rest } : 'Its address may not be linked to'
  }
  const path = pathOf(row)
  if (path === undefined) return isPage(record.type) ? 'It names no file' : { row }
  if (!isSafeName(path)) return 'Its file lies outside the folder for files'
  const entry = assets + path
  return has(entry) ? { row, entry } : 'Its file is not in the backup'
}

const isPage = (type: string): boolean => ['file', 'markdown', 'html'].includes(type)

const dayOf = (date: Date): string =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
