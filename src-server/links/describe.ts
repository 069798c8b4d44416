import type { Link } from '../contract/links.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore } from './store.ts'
import type { Visits } from './visits.ts'

/** What callers see of a link, made of its row, its visits and its place among the others. */

export interface DescribeOptions {
  readonly store: Pick<LinkStore, 'find'>
  readonly visits: Visits
  /** Code → the absolute URL to hand out. */
  readonly shareUrl: (code: string) => string
}

export function describe(entry: Entry, { store, visits, shareUrl }: DescribeOptions): Link {
  const { code, owner, record } = entry
  const { createdAt, updatedAt, expiresAt, isProtected, path: _, title, ...rest } = record
  const { count, last } = visits.of(code)
  return {
    ...rest,
    code,
    owner,
    title: title || undefined,
    createdAt: createdAt?.toISOString(),
    updatedAt: (updatedAt ?? createdAt)?.toISOString(),
    expiresAt: expiresAt?.toISOString(),
    protected: isProtected,
    visits: count,
    lastVisitAt: last,
    shareUrl: shareUrl(code),
    problem: problemOf(entry, store),
  }
}

/** What people call a link that they did not name themselves. */
export const nameOf = ({ title, originalFilename, url }: Entry['record']): string =>
  title || originalFilename || url || ''

/** What keeps a link from working as its row says, as a sentence; undefined: nothing. */
export function problemOf(entry: Entry, store: Pick<LinkStore, 'find'>): string | undefined {
  if (store.find(entry.code) !== entry)
    return 'Somebody else has this code too, and visitors get their link. Give this one another code'
  return entry.record.problem
}
