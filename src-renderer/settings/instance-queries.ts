/** The instance's settings: apart from one's own, since all that there is to be said about them is no part of the first load. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import {
  type InstanceKey,
  type InstanceState,
  instance,
  type SettingValue,
} from '../../src-server/contract/instance.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const instanceQuery = () => queryOptions({ queryKey: keys.instance, queryFn: () => call(instance.get, {}) })

export interface KeyChange {
  /** `null`: the default again. */
  readonly value: SettingValue | null
  /** The person has been told what it does to them. */
  readonly isConfirmed?: boolean
}

/** Changes one key. */
export function useChangeInstance(key: InstanceKey) {
  const client = useQueryClient()
  return useMutation({
    scope: { id: 'instance' },
    mutationFn: ({ value, isConfirmed }: KeyChange) => call(instance.update, { values: { [key]: value }, isConfirmed }),
    onSuccess(state) {
      client.setQueryData<InstanceState>(keys.instance, state)
      return Promise.all([
        client.invalidateQueries({ queryKey: keys.settings }),
        client.invalidateQueries({ queryKey: keys.sharing }),
      ])
    },
    // What was refused may be so because the file was broken in between.
    onError: () => client.invalidateQueries({ queryKey: keys.instance }),
  })
}
