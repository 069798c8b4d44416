import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { type LinkListImport, LinkTitle, NewLinkCode, RedirectUrl } from '../contract/links.ts'
import { parseLocalTime } from '../storage/local-time.ts'
import { withoutGuard } from './list-export.ts'

/** A list of links as text, as `list-export.ts` or a spreadsheet writes it → what can be made of each of its entries. */

/** One entry, with its place: the line of a CSV, the number of a JSON entry. */
export type ListEntry =
  | { readonly line: number; readonly code: string | undefined; readonly link: ListedLink }
  | { readonly line: number; readonly code: string | undefined; readonly reason: string }

export interface ListedLink {
  readonly url: string
  readonly title: string | undefined
  readonly expiresAt: Date | undefined
  readonly enabled: boolean
}

const filledIn = (value: unknown) =>
  value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value
const optional = <S extends z.ZodType>(schema: S) => z.preprocess(filledIn, schema.optional())

const Entry = z.object({
  code: optional(z.coerce.string().trim().pipe(NewLinkCode)),
  type: optional(z.string().trim()),
  url: optional(RedirectUrl),
  title: optional(LinkTitle),
  expiresAt: optional(z.string()),
  enabled: optional(
    z.union([z.boolean(), z.stringbool({ truthy: ['true', 'yes', '1'], falsy: ['false', 'no', '0'] })]),
  ),
})

/** Throws `invalid_input` where the text as a whole cannot be read. */
export function readLinkList({ format, text }: LinkListImport, now: number): ListEntry[] {
  if (text.trim() === '') throw unreadable('There is nothing in this list')
  const rows = format === 'csv' ? readCsv(text) : readJson(text)
  return rows.map(({ line, row }) => readEntry(line, row, now))
}

interface NumberedRow {
  readonly line: number
  readonly row: unknown
}

/** Column names in any spelling: `expiresAt`, `Expires at`, `expires_at`. */
const columnKeys = new Map(Object.keys(Entry.shape).map(key => [key.toLowerCase(), key]))
const keyOfColumn = (name: string) => columnKeys.get(name.toLowerCase().replaceAll(/[\s_-]/g, '')) ?? name

function readCsv(text: string): NumberedRow[] {
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(text, {
      ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true, trim: true },
      delimiter: delimiterOf(text),
      columns: (names: string[]) => checkColumns(names.map(keyOfColumn)),
    })
    return records.map(({ record, info }) => ({
      line: info.lines,
      row: Object.fromEntries(Object.entries(record).map(([key, cell]) => [key, withoutGuard(cell)])),
    }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw unreadable(`This is no CSV that can be read: ${error.message}`)
  }
}

/** Where a comma is in every price, spreadsheets write semicolons. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1)
  return [',', ';', '\t'].find(delimiter => head.includes(delimiter)) ?? ','
}

function checkColumns(keys: string[]): string[] {
  if (keys.includes('url')) return keys
  throw unreadable('The first line has to name the columns, and one of them has to be url')
}

function readJson(text: string): NumberedRow[] {
  const rows = z.array(z.unknown()).safeParse(parseJson(text))
  if (!rows.success) throw unreadable('This is no list of links: it has to be a JSON array')
  return rows.data.map((row, index) => ({ line: index + 1, row }))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('This is no JSON that can be read')
  }
}

function readEntry(line: number, row: unknown, now: number): ListEntry {
  const read = readLink(row, now)
  if (typeof read === 'string') return { line, code: field(row, 'code'), reason: read }
  const { code, ...link } = read
  return { line, code, link }
}

/** What an entry says, or why it cannot be made, as a sentence. */
function readLink(row: unknown, now: number): (ListedLink & { code: string | undefined }) | string {
  const type = field(row, 'type') ?? 'redirect'
  if (type !== 'redirect') return `Only redirects come in by a list, and this is ${article(type)}`
  const parsed = Entry.safeParse(row)
  if (!parsed.success) return explain(parsed.error)
  const { code, url, title, enabled = true, expiresAt: until } = parsed.data
  if (url === undefined) return 'It has no address'
  const expiresAt = parseLocalTime(until)
  if (until !== undefined && expiresAt === undefined) return `It expires at ${until}, which is no date`
  if (expiresAt !== undefined && expiresAt.getTime() <= now) return 'It has expired'
  return { code, url, title, expiresAt, enabled }
}

/** zod's own words are none for people. */
function explain({ issues: [issue] }: z.ZodError): string {
  const isOurs = issue?.code === 'custom' || issue?.code === 'invalid_format' || issue?.code === 'too_big'
  if (issue && isOurs) return issue.message
  return issue?.path.length ? `Its ${issue.path.join('.')} cannot be read` : 'This is no link'
}

const article = (type: string) =>
  type === 'html' ? 'an html page' : type === 'markdown' ? 'a markdown page' : `a ${type}`

/** A field of an entry that may be anything at all. */
const field = (row: unknown, key: string): string | undefined => {
  const value: unknown =
    typeof row === 'object' && row !== null ? Object.getOwnPropertyDescriptor(row, key)?.value : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined
}

const unreadable = (message: string) => new AppError('invalid_input', message, { errors: [{ path: 'text', message }] })
