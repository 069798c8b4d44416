/** Everything this folder asks of the server: backups, the work that makes them, and bringing one back. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { backups, type RestoreMode, type RestoreReport } from '../../src-server/contract/backups.ts'
import { type Job, jobs } from '../../src-server/contract/jobs.ts'
import { users } from '../../src-server/contract/users.ts'
import { actingAs } from '../lib/acting.ts'
import { call } from '../lib/api.ts'
import { ask } from '../lib/desktop.ts'
import { keys } from '../lib/keys.ts'
import { sendForm } from '../lib/send-form.ts'

export const backupQueries = {
  list: () => queryOptions({ queryKey: [...keys.backups, 'list'], queryFn: () => call(backups.list, {}) }),
  jobs: () => queryOptions({ queryKey: keys.jobs, queryFn: () => call(jobs.list, {}) }),
  /** Names of everybody, for an admin to choose from. */
  usernames: () =>
    queryOptions({
      queryKey: [...keys.users, 'list'],
      queryFn: () => call(users.list, {}),
      select: ({ items }) => items.map(({ username }) => username),
    }),
}

/** `user`: whose; `*`: everybody's. */
export function useStoreBackup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (user: string) => call(backups.store, { user }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs }),
  })
}

export const useCancelJob = () => useMutation({ mutationFn: ({ id }: Job) => call(jobs.cancel, { id }) })

export function useRemoveBackup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => call(backups.remove, { name }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.backups }),
  })
}

/** In the window: asks where to, then saves → the path; null: the person cancelled. */
export const useSaveBackup = () => useMutation({ mutationFn: (name: string) => ask('saveBackup', { name }) })

/** Where a backup comes from. */
export type Source =
  | { readonly kind: 'stored'; readonly name: string }
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'upload'; readonly upload: string; readonly name: string }

/** In the window: the system's own dialog; null: the person cancelled. */
export const useChooseBackup = () =>
  useMutation({
    async mutationFn(): Promise<Source | null> {
      const chosen = await ask('chooseBackup')
      return chosen && { kind: 'upload', ...chosen }
    },
  })

export interface RestoreOrder {
  readonly source: Source
  readonly mode: RestoreMode
  /** Whose the links become; left out: as the backup says. */
  readonly user: string | undefined
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly onProgress: (share: number) => void
}

export function useRestore() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: restore,
    async onSuccess({ dryRun }) {
      if (!dryRun) await client.invalidateQueries()
    },
  })
}

function restore({ source, signal, onProgress, ...order }: RestoreOrder): Promise<RestoreReport> {
  if (source.kind === 'stored') return call(backups.restore, { ...order, backup: source.name })
  if (source.kind === 'upload') return call(backups.restore, { ...order, upload: source.upload })
  const form = new FormData()
  form.set('mode', order.mode)
  form.set('dryRun', String(order.dryRun))
  if (order.user !== undefined) form.set('user', order.user)
  form.set('file', source.file)
  return sendForm(backups.restore, form, { signal, onProgress, forUser: actingAs() })
}
