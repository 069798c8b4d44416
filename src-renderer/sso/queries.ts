/** Everything this folder asks of the server: providers, and one’s accounts there. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { settings } from '../../src-server/contract/settings.ts'
import { type SsoProvider, sso } from '../../src-server/contract/sso.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

export const ssoQueries = {
  /** For who is not signed in yet. */
  offers: () =>
    queryOptions({
      queryKey: keys.welcome,
      queryFn: () => call(settings.welcome, {}),
      staleTime: 60_000,
      select: ({ signIn }) => signIn,
    }),
  state: () => queryOptions({ queryKey: [...keys.sso, 'state'], queryFn: () => call(sso.get, {}) }),
  identities: () => queryOptions({ queryKey: [...keys.sso, 'identities'], queryFn: () => call(sso.identities, {}) }),
}

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: keys.sso })
}

export const useCheckProvider = () =>
  useMutation({ mutationFn: (provider: SsoProvider) => call(sso.check, { provider }) })

export function useSetSecret() {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: (secret: string) => call(sso.setSecret, { secret }), onSuccess })
}

export function useRemoveSecret() {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: () => call(sso.removeSecret, {}), onSuccess })
}

/** Leaves for the provider, which sends the browser back here. */
export const useLink = () =>
  useMutation({
    mutationFn: (provider: SsoProvider) => call(sso.link, { provider }),
    onSuccess: ({ url }) => location.assign(url),
    onError: error => say(messageOf(error), { isBad: true }),
  })

export function useUnlink() {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: (id: string) => call(sso.unlink, { id }), onSuccess })
}
