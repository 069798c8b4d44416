/** Who one is, and changing it. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { me, type PasswordChange } from '../../src-server/contract/users.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'
import { meQuery } from '../lib/me.ts'

export function useChangeName() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (displayName: string) => call(me.update, { displayName }),
    onSuccess(changed) {
      client.setQueryData(meQuery().queryKey, changed)
      // The name stands on every screen.
      return Promise.all(
        [keys.session, keys.users].map(queryKey => client.invalidateQueries({ queryKey: [...queryKey] })),
      )
    },
  })
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (change: z.input<typeof PasswordChange>) => call(me.changePassword, change),
  })
}
