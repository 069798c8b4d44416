import { pipeline, Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { Link } from '../contract/links.ts'

/** Links as a text that people keep, open in a spreadsheet or carry to another instance, made piece by piece. */

const columns = [
  ...['code', 'type', 'url', 'title', 'expiresAt', 'enabled', 'owner', 'originalFilename', 'fileSize'],
  ...['createdAt', 'updatedAt', 'visits', 'lastVisitAt', 'shareUrl'],
] as const satisfies readonly (keyof Link)[]

/**
 * What a spreadsheet would take for a formula and run (OWASP, CSV injection) gets an apostrophe in front, which makes a
 * spreadsheet show it as text.
 */
const looksLikeFormula = /^[=+\-@\t\r]/

/** A cell that we wrote → what it stood for. */
export const withoutGuard = (cell: string): string =>
  cell.startsWith("'") && looksLikeFormula.test(cell.slice(1)) ? cell.slice(1) : cell

/** CSV with one line of names (RFC 4180), with a mark at its start by which spreadsheets know UTF-8. */
export function toCsv(links: Iterable<Link>): Readable {
  const lines = stringify({ header: true, columns: [...columns], bom: true, cast: { boolean: String } })
  // Whoever reads the lines hears of an error by them.
  return pipeline(Readable.from(rowsOf(links)), lines, () => {})
}

function* rowsOf(links: Iterable<Link>): Generator<unknown[]> {
  for (const link of links) yield columns.map(column => cellOf(link[column]))
}

const cellOf = (value: Link[keyof Link]): unknown =>
  typeof value === 'string' && looksLikeFormula.test(value) ? `'${value}` : value

/** A JSON array, one link on each line. */
export const toJson = (links: Iterable<Link>): Readable => Readable.from(jsonOf(links))

function* jsonOf(links: Iterable<Link>): Generator<string> {
  let before = '[\n'
  for (const link of links) {
    yield before + JSON.stringify(link)
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}
