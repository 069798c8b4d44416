import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import type { LinkFilter, LinkQuery, LinkSort, LinkState } from '../contract/links.ts'
import { nameOf, problemOf } from './describe.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore } from './store.ts'
import type { Visits } from './visits.ts'

/**
 * Finding, sorting and paging links in memory. A page begins after the last link of the page before, whatever was made
 * or deleted in between. Sorted lists are kept until a link changes, so that turning pages costs no sorting.
 */
export type LinkList = ReturnType<typeof createLinkList>

export interface EntryPage {
  readonly items: readonly Entry[]
  readonly total: number
  readonly nextCursor: string | null
}

type SortKey = string | number
/** What a link is sorted by; code and owner make the order the same every time. */
interface Place {
  readonly key: SortKey
  readonly code: string
  readonly owner: string
}
interface Placed extends Place {
  readonly entry: Entry
}

const Cursor = z.tuple([z.union([z.string(), z.number(), z.null()]), z.string(), z.string()])

const maxKept = 12
const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

interface LinkListOptions {
  readonly store: LinkStore
  readonly visits: Visits
  readonly now: () => number
}

/** Milliseconds: a link that expires within them is `expiring`. */
const soon = 7 * 24 * 60 * 60 * 1000

export function createLinkList({ store, visits, now }: LinkListOptions) {
  const kept = new Map<string, { readonly version: string; readonly placed: readonly Placed[] }>()
  const haystacks = new WeakMap<Entry, string>()

  /** Ascending. */
  function sorted(owner: string | undefined, sort: LinkSort): readonly Placed[] {
    const name = `${sort} ${owner ?? ''}`
    const version =
      sort === 'visits' || sort === 'lastVisitAt' ? `${store.version} ${visits.version}` : `${store.version}`
    const old = kept.get(name)
    if (old?.version === version) return old.placed
    const placed = store
      .list(owner)
      .map(entry => placeOf(entry, sort, visits))
      .sort(comparePlaces)
    kept.delete(name)
    kept.set(name, { version, placed })
    const [oldest] = kept.keys()
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest)
    return placed
  }

  function haystackOf(entry: Entry): string {
    const known = haystacks.get(entry)
    if (known !== undefined) return known
    const { title, originalFilename, url } = entry.record
    const made = [entry.code, title, originalFilename, url].join('\n').toLowerCase()
    haystacks.set(entry, made)
    return made
  }

  function isIn(entry: Entry, state: LinkState): boolean {
    const { enabled, expiresAt } = entry.record
    const left = (expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - now()
    switch (state) {
      case 'active':
        return enabled && left > 0 && problemOf(entry, store) === undefined
      case 'paused':
        return !enabled
      case 'expiring':
        return left > 0 && left <= soon
      case 'expired':
        return left <= 0
      case 'problem':
        return problemOf(entry, store) !== undefined
    }
  }

  function filtered(placed: readonly Placed[], { q, type, state }: LinkFilter): readonly Placed[] {
    const needle = q?.trim().toLowerCase()
    if (!needle && type === undefined && state === undefined) return placed
    return placed.filter(
      ({ entry }) =>
        (type === undefined || entry.record.type === type) &&
        (state === undefined || isIn(entry, state)) &&
        (!needle || haystackOf(entry).includes(needle)),
    )
  }

  return {
    /** All links that the filter lets through, of everybody or one owner, by their codes. */
    all: (filter: LinkFilter, owner: string | undefined): Entry[] =>
      filtered(sorted(owner, 'code'), filter).map(({ entry }) => entry),

    /** The page that `query` asks for, of everybody's links or one owner's. Throws `invalid_input` on a foreign cursor. */
    page(query: LinkQuery, owner: string | undefined): EntryPage {
      const ascending = filtered(sorted(owner, query.sort), query)
      const wanted = query.order === 'asc' ? ascending : ascending.toReversed()
      const start = startOf(query, wanted)
      const items = wanted.slice(start, start + query.limit)
      const last = items.at(-1)
      const hasMore = last !== undefined && start + items.length < wanted.length
      return {
        items: items.map(({ entry }) => entry),
        total: wanted.length,
        nextCursor: hasMore ? writeCursor(last) : null,
      }
    },
  }
}

function placeOf(entry: Entry, sort: LinkSort, visits: Visits): Placed {
  return { key: sortKey(entry, sort, visits), code: entry.code, owner: entry.owner, entry }
}

function sortKey({ code, owner, record }: Entry, sort: LinkSort, visits: Visits): SortKey {
  switch (sort) {
    case 'updatedAt':
      return (record.updatedAt ?? record.createdAt)?.getTime() ?? 0
    case 'type':
      return record.type
    case 'owner':
      return owner
    case 'lastVisitAt':
      return visits.of(code).last ?? ''
    case 'createdAt':
      return record.createdAt?.getTime() ?? 0
    case 'expiresAt':
      return record.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
    case 'fileSize':
      return record.fileSize ?? -1
    case 'visits':
      return visits.of(code).count
    case 'code':
      return code
    case 'name':
      return nameOf(record)
  }
}

function comparePlaces(a: Place, b: Place): number {
  const byKey =
    typeof a.key === 'number' && typeof b.key === 'number'
      ? Math.sign(a.key - b.key) || 0
      : collator.compare(String(a.key), String(b.key))
  return byKey || compareText(a.code, b.code) || compareText(a.owner, b.owner)
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function startOf({ cursor, offset = 0, order }: LinkQuery, wanted: readonly Placed[]): number {
  return cursor === undefined ? offset : findStart(wanted, order, readCursor(cursor))
}

/** Where in a sorted list the first link after `place` is. */
function findStart(sorted: readonly Placed[], order: LinkQuery['order'], place: Place): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const candidate = sorted[middle]
    const difference = candidate ? comparePlaces(candidate, place) : 0
    if (order === 'asc' ? difference <= 0 : difference >= 0) low = middle + 1
    else high = middle
  }
  return low
}

/** JSON has no infinity: null stands for it. */
const writeCursor = ({ key, code, owner }: Place): string =>
  Buffer.from(JSON.stringify([key, code, owner])).toString('base64url')

function readCursor(cursor: string): Place {
  const parsed = Cursor.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!parsed.success) throw new AppError('invalid_input', 'This page cannot be found. Start again at the first')
  const [key, code, owner] = parsed.data
  return { key: key ?? Number.POSITIVE_INFINITY, code, owner }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
