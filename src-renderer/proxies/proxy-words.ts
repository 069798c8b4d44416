/** What is said of proxies. */
import type { ProxyCheckItem, ProxyProgram, ProxyState } from '../../src-server/contract/proxies.ts'
import { formatMany, formatPast } from '../lib/format.ts'

export const programNames: Readonly<Record<ProxyProgram, string>> = {
  nginx: 'nginx',
  caddy: 'Caddy',
  apache: 'Apache',
}

export const aboutWords: Readonly<Record<ProxyCheckItem['about'], string>> = {
  reach: 'The public address',
  address: 'Who asks',
  sign_in: 'Who signs in',
  uploads: 'Large files',
}

/** One sentence: how things stand. */
export function stateWords({ trusted, lastVisitor }: ProxyState): string {
  if (trusted.length === 0) return 'No proxy is trusted. Everybody counts by the address that their request comes from.'
  const isOne = trusted.length === 1
  const whom = isOne ? 'One proxy is trusted' : `${trusted.length} proxies are trusted`
  if (!lastVisitor) return `${whom}. Nobody has come that way since the start.`
  return `${whom}, and ${isOne ? 'it tells' : 'they tell'} who asks.`
}

export const visitorWords = ({ address, at }: NonNullable<ProxyState['lastVisitor']>, now: number): string =>
  `${address}, ${formatPast(at, now)}`

export const seenWords = ({ times, at }: { readonly times: number; readonly at: string }, now: number): string =>
  times === 1 ? `Seen once, ${formatPast(at, now)}.` : `Seen ${formatMany(times, 'time')}, last ${formatPast(at, now)}.`
