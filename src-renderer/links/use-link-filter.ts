/** What the Links screen looks for and in which order, kept in the address, so that going back and reloading keep it. */
import { useSearchParams } from 'wouter'
import type { LinkSort, LinkState } from '../../src-server/contract/links.ts'
import type { LinkFilter } from './queries.ts'

export const linkKinds = {
  '': 'All',
  file: 'Files',
  redirect: 'Redirects',
  markdown: 'Markdown',
  html: 'HTML pages',
} as const

export const linkStates: Readonly<Record<LinkState, string>> = {
  active: 'Active',
  paused: 'Paused',
  expiring: 'Expiring soon',
  expired: 'Expired',
  problem: 'With a problem',
}

type Order = 'asc' | 'desc'

/** What each order is called, the one that people mean first. */
const sortWords = {
  createdAt: { first: 'desc', desc: 'Newest', asc: 'Oldest' },
  code: { first: 'asc', asc: 'Code, A to Z', desc: 'Code, Z to A' },
  name: { first: 'asc', asc: 'Name, A to Z', desc: 'Name, Z to A' },
  visits: { first: 'desc', desc: 'Most visits', asc: 'Fewest visits' },
  expiresAt: { first: 'asc', asc: 'Expires first', desc: 'Expires last' },
  fileSize: { first: 'desc', desc: 'Largest', asc: 'Smallest' },
  type: { first: 'asc', asc: 'Type, A to Z', desc: 'Type, Z to A' },
  owner: { first: 'asc', asc: 'Owner, A to Z', desc: 'Owner, Z to A' },
} as const satisfies Partial<Record<LinkSort, Record<Order, string> & { first: Order }>>

export type LinkKind = keyof typeof linkKinds
export type SortName = keyof typeof sortWords
export interface Sorting {
  readonly sort: SortName
  readonly order: Order
}

/** The orders that are offered by name; the rest is a click on a column's head away. */
export const commonSortings: readonly Sorting[] = [
  { sort: 'createdAt', order: 'desc' },
  { sort: 'createdAt', order: 'asc' },
  { sort: 'code', order: 'asc' },
  { sort: 'name', order: 'asc' },
  { sort: 'visits', order: 'desc' },
  { sort: 'expiresAt', order: 'asc' },
  { sort: 'fileSize', order: 'desc' },
]

export const wordsOf = ({ sort, order }: Sorting): string => sortWords[sort][order]

const isKind = (text: string): text is LinkKind => Object.hasOwn(linkKinds, text)
const isState = (text: string): text is LinkState => Object.hasOwn(linkStates, text)
const isSort = (text: string): text is SortName => Object.hasOwn(sortWords, text)

const parts = ['q', 'type', 'state', 'owner'] as const

export function useLinkFilter() {
  const [params, setParams] = useSearchParams()
  const { q, kind, state, owner, sorting } = readFilter(params)
  const filter: LinkFilter = {
    q: q || undefined,
    type: kind || undefined,
    state: state || undefined,
    owner: owner || undefined,
    ...sorting,
  }

  function change(changes: Record<string, string>): void {
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value)
      else next.delete(name)
    }
    setParams(next, { replace: true })
  }
  function setSorting({ sort, order }: Sorting): void {
    const isFirst = order === sortWords[sort].first
    change({ sort: sort === 'createdAt' && isFirst ? '' : sort, order: isFirst ? '' : order })
  }
  return {
    ...{ filter, q, kind, state, owner, sorting, setSorting },
    /** For the addresses of other screens that keep the filter: `?q=fox`, or nothing. */
    search: params.size > 0 ? `?${params}` : '',
    isFiltered: parts.some(name => params.get(name)),
    setQ: (value: string) => change({ q: value }),
    setKind: (value: LinkKind) => change({ type: value }),
    setState: (value: LinkState | '') => change({ state: value }),
    setOwner: (value: string) => change({ owner: value }),
    /** By a click on a column's head: as people mean it, then the other way round. */
    sortBy(sort: SortName): void {
      const { first } = sortWords[sort]
      const isAgain = sorting.sort === sort && sorting.order === first
      setSorting({ sort, order: isAgain ? (first === 'asc' ? 'desc' : 'asc') : first })
    },
    clear: () => change({ q: '', type: '', state: '', owner: '' }),
  }
}

export type LinkFilterState = ReturnType<typeof useLinkFilter>

/** What an address says; words that mean nothing count as absent. */
function readFilter(params: URLSearchParams) {
  const read = (name: string) => params.get(name) ?? ''
  const [typed, stated, sorted, ordered] = [read('type'), read('state'), read('sort'), read('order')]
  const sort = isSort(sorted) ? sorted : 'createdAt'
  const order: Order = ordered === 'asc' || ordered === 'desc' ? ordered : sortWords[sort].first
  return {
    q: read('q'),
    kind: isKind(typed) ? typed : '',
    state: isState(stated) ? stated : '',
    owner: read('owner'),
    sorting: { sort, order } satisfies Sorting,
  } as const
}
