/** Everything this folder asks of the server: lists, one link, and the changes a person can make. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type CodeCheck,
  contentPath,
  type Link,
  type LinkChanges,
  type LinkListImport,
  type LinkQuery,
  linkExports,
  links,
  type NewContent,
  type NewLink,
  NewLinkCode,
} from '../../src-server/contract/links.ts'
import { markdown } from '../../src-server/contract/markdown.ts'
import { uploads } from '../../src-server/contract/transfers.ts'
import { users } from '../../src-server/contract/users.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { fetchText, isServed } from '../lib/save-file.ts'
import { say } from '../ui/Toaster.tsx'

export type LinkFilter = Pick<z.input<typeof LinkQuery>, 'q' | 'type' | 'state' | 'owner' | 'sort' | 'order'>

/** Links on one page of the table. */
export const rowsPerPage = 100
const mostPerPage = 500
const newestShown = 8
const recentLooked = 50
const beginningBytes = 16 * 1024

export const linkQueries = {
  /** One page of what a filter finds, from 0. */
  page: (filter: LinkFilter, page: number) =>
    queryOptions({
      queryKey: [...keys.links, 'pages', filter, page],
      queryFn: () => call(links.list, { ...filter, limit: rowsPerPage, offset: page * rowsPerPage }),
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
  /** The source of a page. */
  source: (code: string) =>
    queryOptions({
      queryKey: [...keys.links, 'source', code],
      queryFn: () => fetchText(contentPath(code)),
      // What somebody is editing does not change under their hands.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  /** The beginning of a file of text. */
  beginning: (code: string, version: string) =>
    queryOptions({
      queryKey: [...keys.links, 'beginning', code, version],
      queryFn: () => fetchText(contentPath(code), beginningBytes),
    }),
  /** Whether there are bytes behind a link: a frame would show the refusal as if it were the file. */
  hasBytes: (code: string, version: string) =>
    queryOptions({
      queryKey: [...keys.links, 'bytes', code, version],
      queryFn: () => isServed(contentPath(code)),
    }),
  preview: (content: string, title: string) =>
    queryOptions({
      queryKey: ['preview', title, content],
      queryFn: () => call(markdown.preview, { content, title: title || undefined }),
      gcTime: 0,
      // Another user has another theme, and settings change.
      staleTime: 0,
    }),
  /** Whether a code may be given to a link; what is no code at all is told without asking. */
  check: (code: string) =>
    queryOptions({
      queryKey: [...keys.links, 'check', code],
      async queryFn(): Promise<CodeCheck> {
        const checked = NewLinkCode.safeParse(code)
        if (!checked.success) return { isFree: false, reason: checked.error.issues[0]?.message }
        return call(links.check, { code })
      },
    }),
  limits: () =>
    queryOptions({ queryKey: keys.uploadLimits, queryFn: () => call(uploads.limits, {}), staleTime: 60_000 }),
  /** Whose links there may be; for admins. */
  owners: () =>
    queryOptions({
      queryKey: [...keys.users, 'names'],
      queryFn: async () => (await call(users.list, {})).items.map(({ username }) => username),
    }),
}

export const exportUrl = (filter: LinkFilter, format: 'csv' | 'json'): string => {
  const { q, type, state, owner } = filter
  const given = Object.entries({ q, type, state, owner, format }).filter(([, value]) => value !== undefined)
  return `${linkExports.path}?${new URLSearchParams(given as [string, string][])}`
}

export function useImportList() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (list: z.input<typeof LinkListImport>) => call(links.importList, list),
    onSuccess: (_, { dryRun }) => (dryRun ? undefined : refresh()),
  })
}

/** Every link that a filter finds, in large pages, whatever is made or deleted meanwhile. */
export async function* everyPage(filter: LinkFilter): AsyncGenerator<Link[]> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await call(links.list, { ...filter, limit: mostPerPage, ...(cursor && { cursor }) })
    yield page.items
    cursor = page.nextCursor
  }
}

/** One person's newest links. Only where many others share is a second look needed to find them. */
export function useNewest(owner: string) {
  const recent = useQuery(linkQueries.recent())
  const mine = recent.data?.items.filter(link => link.owner === owner).slice(0, newestShown)
  const isCrowdedOut = mine !== undefined && mine.length < newestShown && recent.data?.nextCursor !== null
  const own = useQuery({ ...linkQueries.of(owner), enabled: isCrowdedOut })
  return { ...recent, links: (isCrowdedOut ? own.data?.items : undefined) ?? mine ?? [] }
}

export function useCreateLink() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (link: z.input<typeof NewLink>) => call(links.create, link),
    onSuccess: refresh,
  })
}

/** Puts another text in a page's place. */
export function useReplaceContent(code: string) {
  const client = useQueryClient()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (content: z.input<typeof NewContent>) => call(links.replaceContent, { code, ...content }),
    onSuccess(link) {
      client.setQueryData(linkQueries.one(code).queryKey, link)
      return refresh()
    },
  })
}

export function useChangeLink(code: string) {
  const keep = useKeep()
  return useMutation({
    mutationFn: (changes: z.input<typeof LinkChanges>) => call(links.update, { code, ...changes }),
    onSuccess: keep,
  })
}

/** Lets so many more open a link, counted from now; `null`: as many as want. */
export function useLimitVisits(code: string) {
  const keep = useKeep()
  return useMutation({
    async mutationFn(more: number | null) {
      if (more === null) return call(links.update, { code, maxVisits: null })
      // Somebody may have opened it since the number on the screen came.
      const { visits } = await call(links.get, { code })
      return call(links.update, { code, maxVisits: visits + more })
    },
    onSuccess: keep,
  })
}

/** Shows a link as it was answered, and all lists anew. */
function useKeep() {
  const client = useQueryClient()
  const refresh = useRefresh()
  return (link: Link) => {
    client.setQueryData(linkQueries.one(link.code).queryKey, link)
    return refresh()
  }
}

/** Deletes at once and offers the way back for ten seconds. */
export function useDeleteLink() {
  const client = useQueryClient()
  const refresh = useRefresh()
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

/** Takes all that is known of links for stale. */
export function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: keys.links })
}
