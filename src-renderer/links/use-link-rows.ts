/**
 * A list of any length, of which only the pages that are looked at are loaded. Callers ask for a row by its place and get
 * `undefined` while it is on its way.
 */
import { type QueryClient, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Link } from '../../src-server/contract/links.ts'
import { type LinkFilter, linkQueries, rowsPerPage } from './queries.ts'

/** Pages that only fly by while somebody pulls the scroll bar are not worth a request. */
const settleAfter = 80

interface Pages {
  readonly from: number
  readonly to: number
}

export interface LinkRows {
  readonly total: number | undefined
  readonly isPending: boolean
  readonly error: unknown
  readonly retry: () => void
  readonly at: (index: number) => Link | undefined
  /** Where a loaded link is, near what is looked at. */
  readonly indexOf: (code: string) => number | undefined
  /** To be told whenever other rows come into sight. */
  readonly look: (first: number, last: number) => void
  /** The links from one place to another, both included, loaded where they are not. */
  readonly load: (first: number, last: number) => Promise<Link[]>
  /** All that has been loaded so far of this list. */
  readonly loaded: () => Link[]
}

const pageOf = (index: number): number => Math.floor(index / rowsPerPage)

export function useLinkRows(filter: LinkFilter): LinkRows {
  const client = useQueryClient()
  const [pages, setPages] = useState<Pages>({ from: 0, to: 0 })
  // The first page is always there: it knows how many there are, and keeps the old rows while another filter loads.
  const first = useQuery({ ...linkQueries.page(filter, 0), placeholderData: previous => previous })
  const wanted = pagesBetween(pages).filter(page => page > 0)
  const rest = useQueries({ queries: wanted.map(page => linkQueries.page(filter, page)) })

  const items = new Map([[0, first.data?.items]])
  wanted.forEach((page, position) => {
    items.set(page, rest[position]?.data?.items)
  })
  return {
    total: first.data?.total,
    isPending: first.isPending,
    error: first.data ? null : first.error,
    retry: () => void first.refetch(),
    at: index => items.get(pageOf(index))?.[index % rowsPerPage],
    indexOf: code => findIn(items, code),
    look: useSettled(setPages),
    load: useCallback((from, to) => loadBetween(client, filter, { from, to }), [client, filter]),
    loaded: () => allLoaded(client, filter),
  }
}

function useSettled(setPages: (next: (before: Pages) => Pages) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useCallback(
    (first: number, last: number) => {
      clearTimeout(timer.current)
      const next = { from: pageOf(first), to: pageOf(last) }
      timer.current = setTimeout(
        () => setPages(before => (before.from === next.from && before.to === next.to ? before : next)),
        settleAfter,
      )
    },
    [setPages],
  )
}

const pagesBetween = ({ from, to }: Pages): number[] => Array.from({ length: to - from + 1 }, (_, step) => from + step)

function findIn(pages: ReadonlyMap<number, readonly Link[] | undefined>, code: string): number | undefined {
  for (const [page, items] of pages) {
    const place = items?.findIndex(link => link.code === code) ?? -1
    if (place >= 0) return page * rowsPerPage + place
  }
  return undefined
}

async function loadBetween(client: QueryClient, filter: LinkFilter, { from, to }: Pages): Promise<Link[]> {
  const wanted = pagesBetween({ from: pageOf(from), to: pageOf(to) })
  const pages = await Promise.all(wanted.map(page => client.ensureQueryData(linkQueries.page(filter, page))))
  const start = pageOf(from) * rowsPerPage
  return pages.flatMap(({ items }) => items).slice(from - start, to - start + 1)
}

function allLoaded(client: QueryClient, filter: LinkFilter): Link[] {
  const key = linkQueries.page(filter, 0).queryKey.slice(0, -1)
  return client.getQueriesData<{ items: Link[] }>({ queryKey: key }).flatMap(([, page]) => page?.items ?? [])
}
