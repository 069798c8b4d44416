import { readFile } from 'node:fs/promises'
import type { Finding } from '../problems/problems.ts'
import { findLine } from '../storage/find-line.ts'
import { findingOf } from '../storage/follow-edits.ts'
import { BrokenFile } from '../storage/toml-file.ts'
import type { Shelf } from './shelf.ts'

/** What in a user's links.toml cannot be understood, as people are told of it. */

/** So many are told of one file: whoever has more looks into it anyway. */
const maxTold = 200

/** Of a file that was read: rows that are no links, and what is odd about those that are; each with its line. */
export async function findingsOf({ path, aside, odd: oddities }: Shelf): Promise<Finding[]> {
  const odd = oddities.map(({ code, record }) => ({ code, detail: record.problem ?? '' }))
  const none = [...aside].map(code => ({
    code,
    detail: 'This is no link. It is left as it is, and its code stays taken',
  }))
  const told = [...none, ...odd].slice(0, maxTold)
  if (told.length === 0) return []
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  return told.map(({ code, detail }) => ({
    kind: 'entry',
    line: findLine(lines, ['links', code]),
    entry: `links.${code}`,
    detail,
  }))
}

/** Of a file that cannot be read; `isKnown`: it could before, and what was there then still holds. */
export function findingOfFile(error: unknown, isKnown: boolean): Finding {
  if (!(error instanceof BrokenFile)) {
    const why = error instanceof Error ? error.message : String(error)
    return { kind: 'file', detail: `The file cannot be read: ${why}` }
  }
  const finding = findingOf(error)
  return isKnown ? finding : { ...finding, detail: `${error.reason}. Its links are left out until it is mended` }
}
