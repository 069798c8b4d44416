/** Everything this folder asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { settings } from '../../src-server/contract/settings.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const ssoQueries = {
  /** For who is not signed in yet. */
  offers: () =>
    queryOptions({
      queryKey: keys.welcome,
      queryFn: () => call(settings.welcome, {}),
      staleTime: 60_000,
      select: ({ signIn }) => signIn,
    }),
}
