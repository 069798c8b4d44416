/** Everything this folder asks of the server: whether the secret key can be replaced, and that it is. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { secretKey } from '../../src-server/contract/secret-key.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const secretKeyQuery = () => queryOptions({ queryKey: keys.secretKey, queryFn: () => call(secretKey.get, {}) })

export function useReplaceKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(secretKey.replace, { confirm: true }),
    // Where it was asked for in a browser, its session is over as well.
    onSuccess: () => client.invalidateQueries(),
  })
}
