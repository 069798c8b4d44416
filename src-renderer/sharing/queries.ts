/** Whether and where others reach this computer. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type SharingChanges, sharing } from '../../src-server/contract/sharing.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

export const sharingQuery = () => queryOptions({ queryKey: keys.sharing, queryFn: () => call(sharing.get, {}) })

export function useChangeSharing() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (changes: z.input<typeof SharingChanges>) => call(sharing.update, changes),
    onSuccess(status) {
      client.setQueryData(keys.sharing, status)
      // Every share URL starts with the address that may just have changed.
      return client.invalidateQueries({ queryKey: keys.links })
    },
    onError: error => say(messageOf(error), { isBad: true }),
  })
}
