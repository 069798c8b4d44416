/** Everything this folder asks of the server: what is seen of proxies, their configurations, and whom to trust. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { type InstanceState, instance } from '../../src-server/contract/instance.ts'
import { type ProxyProgram, type ProxyState, proxies } from '../../src-server/contract/proxies.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const proxyQueries = {
  state: () => queryOptions({ queryKey: [...keys.proxies, 'state'], queryFn: () => call(proxies.get, {}) }),
  config: (program: ProxyProgram) =>
    queryOptions({ queryKey: [...keys.proxies, 'config', program], queryFn: () => call(proxies.config, { program }) }),
}

export const useCheckPublicUrl = () => useMutation({ mutationFn: () => call(proxies.check, {}) })

/** Adds an address to the trusted proxies. */
export function useTrustProxy({ trusted }: ProxyState) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (address: string) => call(instance.update, { values: { 'proxy.trusted': [...trusted, address] } }),
    onSuccess(state) {
      client.setQueryData<InstanceState>(keys.instance, state)
      return client.invalidateQueries({ queryKey: keys.proxies })
    },
  })
}
