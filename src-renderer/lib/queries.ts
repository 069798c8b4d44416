/** How server data is kept: what counts as fresh, when a question is asked again, what ends a session. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { AppError } from '../../src-server/contract/errors.ts'
import { actAs, actingAs } from './acting.ts'
import { keys } from './keys.ts'

const patientRetries = 2

export function createQueries(): QueryClient {
  function onError(error: unknown): void {
    if (!(error instanceof AppError)) return
    if (error.code === 'sign_in_required') {
      actAs('')
      client.setQueryData(keys.session, null)
    }
    // It is asked for since a moment ago.
    if (error.code === 'two_factor_required') void client.invalidateQueries({ queryKey: keys.session })
    // Perhaps it is the user that is gone as whom this was asked.
    if (error.code === 'not_found' && actingAs() !== '') void client.invalidateQueries({ queryKey: keys.session })
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Events tell what has changed; coming back to the window need not ask again.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // Only where no answer came is another try worth anything. Browsers know nothing of a network that is local.
        retry: (failures, error) =>
          failures < patientRetries && error instanceof AppError && error.code === 'not_ready',
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}
