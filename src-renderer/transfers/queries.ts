/** What this folder asks of the server: what is on its way, and what an upload may be. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { transfers, uploads } from '../../src-server/contract/transfers.ts'
import { call } from '../lib/api.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { forgetTransfer, type TransferList } from '../lib/live.ts'
import { say } from '../ui/Toaster.tsx'

export const transferQueries = {
  /** Those that run or failed. What is done is a link by now. */
  list: () =>
    queryOptions({
      queryKey: keys.transfers,
      queryFn: async (): Promise<TransferList> => {
        const { items } = await call(transfers.list, {})
        return { items: items.filter(({ state }) => state === 'running' || state === 'failed') }
      },
      staleTime: Number.POSITIVE_INFINITY,
      // The desktop's transfers go on while its window is closed. A browser's own end with the page, and others'
      // make themselves heard by events: one request less on the first load.
      initialData: isDesktop ? undefined : { items: [] },
    }),
  limits: () =>
    queryOptions({ queryKey: keys.uploadLimits, queryFn: () => call(uploads.limits, {}), staleTime: 60_000 }),
}

export function useCancelTransfer() {
  return useMutation({
    mutationFn: (id: string) => call(transfers.cancel, { id }),
    onError: error => say(messageOf(error), { isBad: true }),
  })
}

/** Takes a transfer that failed from the screen. */
export function useForgetTransfer() {
  const client = useQueryClient()
  return (id: string) => forgetTransfer(client, id)
}
