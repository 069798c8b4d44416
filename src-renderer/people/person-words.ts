/** People in words. */
import { NewUsername, type UserDetails } from '../../src-server/contract/users.ts'
import { formatMany, formatSize } from '../lib/format.ts'

export const nameOf = ({ displayName, username }: Pick<UserDetails, 'displayName' | 'username'>): string =>
  displayName || username

/** 12 links, 5 of them with files of 4.2 MB → `12 links · 4.2 MB`. */
export const holdings = ({ links, bytes }: Pick<UserDetails, 'links' | 'bytes'>): string =>
  [links === 0 ? 'No links' : formatMany(links, 'link'), bytes > 0 && formatSize(bytes)].filter(Boolean).join(' · ')

/** What they sign in with besides their password: `a second step and 2 passkeys`. */
export const waysIn = ({ twoFactor, passkeys }: Pick<UserDetails, 'twoFactor' | 'passkeys'>): string =>
  [twoFactor && 'a second step', passkeys > 0 && formatMany(passkeys, 'passkey')].filter(Boolean).join(' and ') ||
  'nothing'

/** Those whose names hold what is looked for. */
export function findPeople(people: readonly UserDetails[], q: string): readonly UserDetails[] {
  const wanted = q.trim().toLowerCase()
  return people.filter(({ username, displayName }) => `${username}\n${displayName}`.toLowerCase().includes(wanted))
}

/** What is wrong with a user name as far as it is typed; `undefined` while nothing is. Folders know no case. */
export function usernameError(typed: string, known: readonly UserDetails[]): string | undefined {
  if (typed.trim() === '') return undefined
  const parsed = NewUsername.safeParse(typed)
  if (!parsed.success) return parsed.error.issues[0]?.message
  const twin = known.find(({ username }) => username.toLowerCase() === parsed.data.toLowerCase())
  return twin && `There is already a user called ${twin.username}`
}
