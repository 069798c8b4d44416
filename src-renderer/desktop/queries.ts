/** How the desktop itself is: kept current by its own events. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ask, isDesktop, onDesktop } from '../lib/desktop.ts'
import { keys } from '../lib/keys.ts'

const desktopQuery = () =>
  queryOptions({
    queryKey: keys.desktop,
    queryFn: () => ask('status'),
    enabled: isDesktop,
    staleTime: Number.POSITIVE_INFINITY,
  })

/** `undefined` in a browser. */
export function useDesktopStatus() {
  return useQuery(desktopQuery()).data
}

/** Hears what the desktop tells of itself; when its server is back, everything is looked at anew. */
export function useDesktopNews(): void {
  const client = useQueryClient()
  useEffect(
    () =>
      onDesktop('statusChanged', status => {
        const before = client.getQueryData(desktopQuery().queryKey)
        client.setQueryData(keys.desktop, status)
        if (status.server.state === 'running' && before?.server.state !== 'running') void client.invalidateQueries()
      }),
    [client],
  )
}
