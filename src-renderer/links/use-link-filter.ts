/** What the Links screen looks for, kept in the address, so that going back and reloading keep it. */
import { useSearchParams } from 'wouter'
import type { LinkFilter } from './queries.ts'

export const linkKinds = {
  '': 'All',
  file: 'Files',
  redirect: 'Redirects',
  markdown: 'Markdown',
  html: 'HTML pages',
} as const

export const linkOrders = {
  newest: { name: 'Newest', sort: 'createdAt', order: 'desc' },
  oldest: { name: 'Oldest', sort: 'createdAt', order: 'asc' },
  code: { name: 'Code, A to Z', sort: 'code', order: 'asc' },
  name: { name: 'Name, A to Z', sort: 'name', order: 'asc' },
  visits: { name: 'Most visits', sort: 'visits', order: 'desc' },
  expiry: { name: 'Expires first', sort: 'expiresAt', order: 'asc' },
  size: { name: 'Largest', sort: 'fileSize', order: 'desc' },
} as const

export type LinkKind = keyof typeof linkKinds
export type LinkOrder = keyof typeof linkOrders

const isKind = (text: string): text is LinkKind => Object.hasOwn(linkKinds, text)
const isOrder = (text: string): text is LinkOrder => Object.hasOwn(linkOrders, text)

export function useLinkFilter() {
  const [params, setParams] = useSearchParams()
  const [q, typed, sorted] = [params.get('q') ?? '', params.get('type') ?? '', params.get('sort') ?? '']
  const kind = isKind(typed) ? typed : ''
  const orderName = isOrder(sorted) ? sorted : 'newest'
  const { sort, order } = linkOrders[orderName]
  const filter: LinkFilter = { q: q || undefined, type: kind || undefined, sort, order }

  function change(name: 'q' | 'type' | 'sort', value: string): void {
    const next = new URLSearchParams(params)
    if (value) next.set(name, value)
    else next.delete(name)
    setParams(next, { replace: true })
  }
  return {
    filter,
    q,
    kind,
    orderName,
    /** For the addresses of other screens that keep the filter: `?q=fox`, or nothing. */
    search: params.size > 0 ? `?${params}` : '',
    isFiltered: q !== '' || kind !== '',
    setQ: (value: string) => change('q', value),
    setKind: (value: LinkKind) => change('type', value),
    setOrder: (value: LinkOrder) => change('sort', value === 'newest' ? '' : value),
    clear: () => setParams({}, { replace: true }),
  }
}

export type LinkFilterState = ReturnType<typeof useLinkFilter>
