/** What is said of backups and restores. */
import type { BackupsPage, RestoredUser, RestoreMode } from '../../src-server/contract/backups.ts'
import { formatMany, formatMoment, formatSize } from '../lib/format.ts'

/** Whose links a backup holds: `Everybody`, `Your links`, `alice`. */
export function whoseWords(user: string, self: string): string {
  if (user === '*') return 'Everybody'
  if (user === '') return 'A backup'
  return user === self ? 'Your links' : user
}

export const modes: Readonly<Record<RestoreMode, { readonly title: string; readonly words: string }>> = {
  merge: {
    title: 'Add to what is here',
    words: 'Links of the backup come back. Where one is here under the same code, the backup’s takes its place.',
  },
  replace: {
    title: 'Make it as it was',
    words: 'The same, and links that are not in the backup go to the trash, where they stay for 30 days.',
  },
}

export function scheduleWords({ schedule, nextAt }: BackupsPage, now: number): string {
  if (schedule === 'off' || nextAt === undefined) return 'No backup is made by itself.'
  const every = schedule === 'daily' ? 'every day' : 'every week'
  const next = Date.parse(nextAt) <= now ? 'now' : formatMoment(nextAt, now)
  return `Everybody’s links are backed up ${every}, next ${next}.`
}

/** Whether a restore would change, or did change, anything for this user. */
export const isChanged = ({ created, overwritten, removed, isNewUser }: RestoredUser): boolean =>
  isNewUser || created.length + overwritten.length + removed.length > 0

/** `12 links came back`, for all users together. */
export function outcomeWords(users: readonly RestoredUser[]): string {
  const back = users.reduce((sum, { created, overwritten }) => sum + created.length + overwritten.length, 0)
  const removed = users.reduce((sum, user) => sum + user.removed.length, 0)
  const went = removed === 0 ? '' : `, ${formatMany(removed, 'link')} went to the trash`
  return `${formatMany(back, 'link')} came back${went}.`
}

export const filesWords = ({ files, bytes }: RestoredUser): string =>
  files === 0 ? '' : `, with ${formatMany(files, 'file')} (${formatSize(bytes)})`
