/** How the desktop itself is, kept current by its own events; and what may be changed of it. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { FirstChoices } from '../../src-main/contract.ts'
import { me } from '../../src-server/contract/users.ts'
import { call } from '../lib/api.ts'
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

/** The password itself: asked for while it is shown, and forgotten with it. */
export function useAdminPassword(isShown: boolean) {
  return useQuery({
    queryKey: [...keys.desktop, 'admin-password'],
    queryFn: () => ask('showAdminPassword'),
    enabled: isShown,
    staleTime: 0,
    gcTime: 0,
  })
}

/** Sets another admin password, or where none is given one that is made; the keychain has it before it counts. */
export function useChangeAdminPassword() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (next?: string) => call(me.changePassword, { next: next ?? (await ask('makePassword')) }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.desktop }),
  })
}

/** The system's folder dialog; null when it was closed without a choice. */
export const useChooseFolder = () => useMutation({ mutationFn: () => ask('chooseDataFolder') })

interface Move {
  readonly token: string
  /** Empty: none was typed. */
  readonly adminPassword: string
}

export function useMoveTo() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ token, adminPassword }: Move) =>
      ask('useDataFolder', { token, ...(adminPassword !== '' && { adminPassword }) }),
    onSettled: () => client.invalidateQueries(),
  })
}

export const useFinishFirstStart = () =>
  useMutation({ mutationFn: (choices: FirstChoices) => ask('finishFirstStart', choices) })
