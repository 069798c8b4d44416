/** Everything this folder asks: of the server about its certificate, and of the desktop about this computer's trust. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type CertificateState, tls } from '../../src-server/contract/tls.ts'
import { call } from '../lib/api.ts'
import { ask, isDesktop } from '../lib/desktop.ts'
import { keys } from '../lib/keys.ts'

export const certificateQuery = () =>
  queryOptions({ queryKey: [...keys.certificate, 'state'], queryFn: () => call(tls.get, {}) })

export function useReplaceAuthority() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(tls.replaceAuthority, { confirm: true }),
    onSuccess: (state: CertificateState) => client.setQueryData(certificateQuery().queryKey, state),
    onSettled: () => client.invalidateQueries({ queryKey: keys.certificate }),
  })
}

/** `undefined` in a browser, which cannot tell. */
export const useOwnTrust = () =>
  useQuery({
    queryKey: [...keys.certificate, 'trust'],
    queryFn: () => ask('isAuthorityTrusted'),
    enabled: isDesktop,
  }).data

/** The system may ask the person meanwhile. */
export function useSetOwnTrust() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (isTrusted: boolean) => ask('trustAuthority', { isTrusted }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.certificate }),
  })
}
