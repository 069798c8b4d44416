/** Everything this folder asks of the server: who there is, and what an admin can do with them. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { twoFactor } from '../../src-server/contract/two-factor.ts'
import { type NewUser, type UserChanges, users } from '../../src-server/contract/users.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const peopleQueries = {
  list: () =>
    queryOptions({
      queryKey: [...keys.users, 'list'],
      queryFn: () => call(users.list, {}),
      select: ({ items }) => items,
    }),
  /** What goes with a user: never from memory. */
  preview: (name: string) =>
    queryOptions({
      queryKey: [...keys.users, 'preview', name],
      queryFn: () => call(users.deletionPreview, { name }),
      staleTime: 0,
      gcTime: 0,
    }),
}

/** Links belong to people: where those change, the lists of links do as well. */
function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all([keys.users, keys.links].map(queryKey => client.invalidateQueries({ queryKey: [...queryKey] })))
}

export function useCreatePerson() {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: (person: z.input<typeof NewUser>) => call(users.create, person), onSuccess })
}

export function useChangePerson(name: string) {
  const onSuccess = useRefresh()
  return useMutation({
    mutationFn: (changes: z.input<typeof UserChanges>) => call(users.update, { name, ...changes }),
    onSuccess,
  })
}

export function useResetPassword(name: string) {
  const onSuccess = useRefresh()
  return useMutation({
    mutationFn: (password: string | undefined) => call(users.resetPassword, { name, password }),
    onSuccess,
  })
}

/** Takes their second step and passkeys away. */
export function useResetSignIn(name: string) {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: () => call(twoFactor.reset, { name }), onSuccess })
}

/** `onRemoved` is called before the lists know of it: with them goes what asked for it. */
export function useRemovePerson(name: string, onRemoved: () => void) {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: () => call(users.remove, { name }),
    onSuccess() {
      onRemoved()
      return refresh()
    },
  })
}
