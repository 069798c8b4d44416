/** Everything this folder asks of the server: lists, one link, and the changes a person can make. */
import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type LinkChanges, type LinkQuery, links, type NewRedirect } from '../../src-server/contract/links.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

export type LinkFilter = Pick<z.input<typeof LinkQuery>, 'q' | 'type' | 'sort' | 'order'>

const newestShown = 8
const recentLooked = 50

export const linkQueries = {
  /** Page after page of what a filter finds. */
  pages: (filter: LinkFilter) =>
    infiniteQueryOptions({
      queryKey: [...keys.links, 'pages', filter],
      queryFn: ({ pageParam }) => call(links.list, { ...filter, cursor: pageParam }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: page => page.nextCursor ?? undefined,
      // While a new filter loads, the rows of the last one stay: nothing jumps.
      placeholderData: previous => previous,
    }),
  /** The newest of all that this person may see, and how many there are: one request for two places. */
  recent: () =>
    queryOptions({ queryKey: [...keys.links, 'recent'], queryFn: () => call(links.list, { limit: recentLooked }) }),
  of: (owner: string) =>
    queryOptions({
      queryKey: [...keys.links, 'of', owner],
      queryFn: () => call(links.list, { owner, limit: newestShown }),
    }),
  one: (code: string) =>
    queryOptions({ queryKey: [...keys.links, 'one', code], queryFn: () => call(links.get, { code }) }),
}

/** One person's newest links. Only where many others share is a second look needed to find them. */
export function useNewest(owner: string) {
  const recent = useQuery(linkQueries.recent())
  const mine = recent.data?.items.filter(link => link.owner === owner).slice(0, newestShown)
  const isCrowdedOut = mine !== undefined && mine.length < newestShown && recent.data?.nextCursor !== null
  const own = useQuery({ ...linkQueries.of(owner), enabled: isCrowdedOut })
  return { ...recent, links: (isCrowdedOut ? own.data?.items : undefined) ?? mine ?? [] }
}

export function useCreateRedirect() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (link: z.input<typeof NewRedirect>) => call(links.create, link),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.links }),
  })
}

export function useChangeLink(code: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (changes: z.input<typeof LinkChanges>) => call(links.update, { code, ...changes }),
    onSuccess(link) {
      client.setQueryData(linkQueries.one(link.code).queryKey, link)
      return client.invalidateQueries({ queryKey: keys.links })
    },
  })
}

/** Deletes at once and offers the way back for ten seconds. */
export function useDeleteLink() {
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: [...keys.links] })
  async function restore(code: string): Promise<void> {
    try {
      await call(links.restore, { code })
      await refresh()
      say(`/${code} is back`)
    } catch (error) {
      say(messageOf(error), { isBad: true })
    }
  }
  return useMutation({
    mutationFn: (code: string) => call(links.remove, { code }),
    onSuccess(_, code) {
      say(`/${code} deleted`, { undo: () => void restore(code) })
      client.removeQueries({ queryKey: linkQueries.one(code).queryKey })
      return refresh()
    },
    onError: error => say(messageOf(error), { isBad: true }),
  })
}
