/** One's passkeys, and signing in with one. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { passkeys } from '../../src-server/contract/passkeys.ts'
import type { SignedIn } from '../../src-server/contract/sessions.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'
import { makePasskey, showPasskey } from '../lib/passkeys.ts'

export const passkeysQuery = () => queryOptions({ queryKey: keys.passkeys, queryFn: () => call(passkeys.list, {}) })

interface NewPasskey {
  readonly name: string
  readonly password: string | undefined
}

export function useAddPasskey() {
  const onSuccess = useRefresh()
  return useMutation({
    async mutationFn({ name, password }: NewPasskey) {
      const credential = await makePasskey(await call(passkeys.options, { password }))
      return call(passkeys.add, { name, credential })
    },
    onSuccess,
  })
}

export function useRenamePasskey(id: string) {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: (name: string) => call(passkeys.rename, { id, name }), onSuccess })
}

export function useRemovePasskey(id: string) {
  const onSuccess = useRefresh()
  return useMutation({ mutationFn: () => call(passkeys.remove, { id }), onSuccess })
}

export function useSignInByPasskey(onSignedIn: (signedIn: SignedIn) => void) {
  return useMutation({
    async mutationFn() {
      const credential = await showPasskey(await call(passkeys.signInOptions, {}))
      return call(passkeys.signIn, { credential })
    },
    onSuccess: onSignedIn,
  })
}

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: keys.passkeys })
}
