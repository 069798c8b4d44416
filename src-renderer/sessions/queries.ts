/** Everything this folder asks of the server: where one is signed in, and for an admin where others are. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { type SessionDetails, sessionList } from '../../src-server/contract/session-list.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

const select = ({ items }: { items: SessionDetails[] }) => items

/** `name`: of the user; undefined: one's own. When each was last seen is no event: it is asked for with every look. */
export const sessionsQuery = (name?: string) =>
  queryOptions({
    queryKey: [...keys.sessions, name ?? ''],
    queryFn: () => (name === undefined ? call(sessionList.own, {}) : call(sessionList.ofUser, { name })),
    select,
    staleTime: 0,
  })

/** Ends the one session that is named, or all of them but this one. */
export function useEndSessions(name?: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn(id: string | undefined) {
      if (name === undefined)
        return id === undefined ? call(sessionList.endOthers, {}) : call(sessionList.endOwn, { id })
      return id === undefined ? call(sessionList.endAllOfUser, { name }) : call(sessionList.endOfUser, { name, id })
    },
    onSettled: () =>
      Promise.all([keys.sessions, keys.users].map(queryKey => client.invalidateQueries({ queryKey: [...queryKey] }))),
  })
}
