/** Who is signed in, signing in and signing out. */
import { notifyManager, type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { AppError } from '../../src-server/contract/errors.ts'
import { type Session, type SignedIn, type SignIn, sessions } from '../../src-server/contract/sessions.ts'
import { settings } from '../../src-server/contract/settings.ts'
import { actAs, actingAs } from '../lib/acting.ts'
import { call, rememberCsrfToken } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

/** The session; `null` when nobody is signed in. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: keys.session,
    queryFn: async ({ client }): Promise<Session | null> => {
      const name = actingAs()
      try {
        return await askForSession(name)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code === 'sign_in_required') return null
        if (name === '' || !['not_found', 'not_allowed'].includes(error.code)) throw error
        actAs('')
        forgetAll(client)
        say(`You act as yourself again: ${name} is no longer there for you`, { isBad: true })
        return askForSession('')
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What may be known before anybody has signed in: the instance's name and looks. */
export const welcomeQuery = () =>
  queryOptions({ queryKey: keys.welcome, queryFn: () => call(settings.welcome, {}), staleTime: 60_000 })

async function askForSession(forUser: string): Promise<Session> {
  const session = await call(sessions.get, {}, forUser)
  rememberCsrfToken(session.csrfToken)
  return session
}

/** Drops all that was loaded for one person, before another one looks. */
function forgetAll(client: QueryClient): void {
  const kept: readonly unknown[] = [keys.session[0], keys.desktop[0]]
  client.removeQueries({ predicate: ({ queryKey }) => !kept.includes(queryKey[0]) })
}

/** Acts as another user from now on, in this tab; `''`: as oneself again. `onActing` says where that leads. */
export function useActAs(onActing: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (username: string) => askForSession(username),
    onSuccess(session, username) {
      actAs(username)
      forgetAll(client)
      client.setQueryData(sessionQuery().queryKey, session)
      // Once the screens know of it: before, some that it leads to are not for this person.
      notifyManager.schedule(onActing)
    },
    onError: error => say(messageOf(error), { isBad: true }),
  })
}

/** Either step: `{next: 'code'}` asks for the second. */
export function useSignIn() {
  const arrive = useArrive()
  return useMutation({
    mutationFn: (given: z.input<typeof SignIn>) => call(sessions.signIn, { ...given, steps: true }),
    onSuccess(answer) {
      if ('user' in answer) arrive(answer)
    },
  })
}

/** Opens the app to who has just been let in. */
export function useArrive() {
  const client = useQueryClient()
  return (signedIn: SignedIn) => {
    rememberCsrfToken(signedIn.csrfToken)
    const session: Session = { ...signedIn, actingAs: null, actor: null }
    client.setQueryData(sessionQuery().queryKey, session)
  }
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(sessions.signOut, {}, ''),
    onSuccess() {
      actAs('')
      // First all that only they may see, then the screen.
      forgetAll(client)
      client.setQueryData(sessionQuery().queryKey, null)
    },
    onError: error => say(messageOf(error), { isBad: true }),
  })
}
