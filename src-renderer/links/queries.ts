/** Everything this folder asks of the server: lists, one link, and the changes a person can make. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type LinkChanges, type LinkQuery, links, type NewRedirect } from '../../src-server/contract/links.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

export type LinkFilter = Pick<z.input<typeof LinkQuery>, 'q' | 'type' | 'sort' | 'order'>

const justSharedShown = 8

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
  newest: (owner: string) =>
    queryOptions({
      queryKey: [...keys.links, 'newest', owner],
      queryFn: () => call(links.list, { owner, limit: justSharedShown }),
    }),
  /** How many links this person may see. */
  count: () =>
    queryOptions({
      queryKey: [...keys.links, 'count'],
      queryFn: () => call(links.list, { limit: 1 }),
      select: page => page.total,
    }),
  one: (code: string) =>
    queryOptions({ queryKey: [...keys.links, 'one', code], queryFn: () => call(links.get, { code }) }),
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
