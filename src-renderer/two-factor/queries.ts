/** One's second step: how it stands, and changing it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type Proof, totpQrPath, twoFactor } from '../../src-server/contract/two-factor.ts'
import { call } from '../lib/api.ts'
import { keys } from '../lib/keys.ts'

export const twoFactorQuery = () => queryOptions({ queryKey: keys.twoFactor, queryFn: () => call(twoFactor.get, {}) })

/** The secret that was told last, as a picture. `secret` only keeps a browser from showing the one before. */
export const qrOf = (secret: string): string => `${totpQrPath}?for=${secret.slice(0, 4)}`

export function useStart() {
  return useMutation({
    mutationFn: (password: string | undefined) => call(twoFactor.start, { password }),
    // Kept nowhere: it is told this once.
    gcTime: 0,
  })
}

export function useConfirm() {
  return useMutation({
    mutationFn: (code: string) => call(twoFactor.confirm, { code }),
    gcTime: 0,
    onSuccess: useRefresh(),
  })
}

export function useSwitchOff() {
  return useMutation({
    mutationFn: (proof: z.input<typeof Proof>) => call(twoFactor.remove, proof),
    onSuccess: useRefresh(),
  })
}

export function useRenewCodes() {
  return useMutation({
    mutationFn: (proof: z.input<typeof Proof>) => call(twoFactor.makeRecoveryCodes, proof),
    gcTime: 0,
    onSuccess: useRefresh(),
  })
}

/** Asks who one is anew: nothing stands in the way any more. */
export function useEnrolled() {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: keys.session })
}

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: keys.twoFactor })
}
