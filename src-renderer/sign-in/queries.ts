/** Who is signed in, signing in and signing out. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { AppError } from '../../src-server/contract/errors.ts'
import { type Session, type SignIn, sessions } from '../../src-server/contract/sessions.ts'
import { call, rememberCsrfToken } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

/** The session; `null` when nobody is signed in. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: keys.session,
    queryFn: async (): Promise<Session | null> => {
      try {
        const session = await call(sessions.get, {})
        rememberCsrfToken(session.csrfToken)
        return session
      } catch (error) {
        if (error instanceof AppError && error.code === 'sign_in_required') return null
        throw error
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (given: z.input<typeof SignIn>) => call(sessions.signIn, given),
    onSuccess(session) {
      rememberCsrfToken(session.csrfToken)
      const signedIn: Session = { ...session, actingAs: null, actor: null }
      client.setQueryData(sessionQuery().queryKey, signedIn)
    },
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(sessions.signOut, {}),
    onSuccess() {
      // First all that only they may see, then the screen.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] })
      client.setQueryData(sessionQuery().queryKey, null)
    },
    onError: error => say(messageOf(error), { isBad: true }),
  })
}
