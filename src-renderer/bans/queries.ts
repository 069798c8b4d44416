/** Everything this folder asks of the server. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { bans, type NewBan } from '../../src-server/contract/bans.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const bansQuery = () => queryOptions({ queryKey: keys.bans, queryFn: () => call(bans.list, {}) })

export function useBan() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (given: NewBan) => call(bans.create, given),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.bans }),
  })
}

export function useUnban() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (address: string) => call(bans.remove, { address }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.bans }),
  })
}
