/** What is said of those who are kept out. */
import type { Ban, FailureKind } from '../../src-server/contract/bans.ts'
import { formatMany } from '../lib/format.ts'

/** `5 wrong sign-ins`. */
export const failuresInWords = (failures: number, why: FailureKind): string => formatMany(failures, oneOf[why])

const oneOf: Readonly<Record<FailureKind, string>> = {
  sign_in: 'wrong sign-in',
  second_step: 'wrong code',
  api_key: 'wrong API key',
  link_password: 'wrong link password',
}

/** `5 wrong sign-ins`, `by ann`. */
export const reasonInWords = ({ why, failures, by }: Ban): string =>
  why === 'by_hand' ? `by ${by ?? 'an admin'}` : failuresInWords(failures ?? 0, why)

/** How long a ban by hand may last. */
export const banSpans = [
  { label: '1 hour', seconds: 3600 },
  { label: '1 day', seconds: 86_400 },
  { label: '1 week', seconds: 604_800 },
  { label: '30 days', seconds: 2_592_000 },
  { label: '1 year', seconds: 31_536_000 },
] as const
