/** Everything this folder asks of the server: one's own API keys, and for an admin everybody's. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type ApiKey, apiKeys, type NewApiKey } from '../../src-server/contract/api-keys.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

const select = ({ items }: { items: ApiKey[] }) => items

export const apiKeyQueries = {
  own: () => queryOptions({ queryKey: [...keys.apiKeys, 'own'], queryFn: () => call(apiKeys.list, {}), select }),
  all: () => queryOptions({ queryKey: [...keys.apiKeys, 'all'], queryFn: () => call(apiKeys.listAll, {}), select }),
}

export function useMakeKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (given: z.input<typeof NewApiKey>) => call(apiKeys.create, given),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
    // What it answers is a secret: nothing of it stays behind.
    gcTime: 0,
  })
}

/** `isOwn`: one's own, which everybody may remove. */
export function useRemoveKey(isOwn: boolean) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call(isOwn ? apiKeys.remove : apiKeys.removeAny, { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  })
}
