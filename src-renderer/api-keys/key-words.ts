/** API keys in words: what each may do, until when, from where, and how a program uses it. */
import type { ApiKey } from '../../src-server/contract/api-keys.ts'
import type { Scope } from '../../src-server/contract/route.ts'
import { formatMoment, formatPast } from '../lib/format.ts'

interface ScopeWords {
  readonly name: string
  readonly help: string
}

export const scopeWords: Readonly<Record<Scope, ScopeWords>> = {
  'links:read': { name: 'Look at links', help: 'Lists your links, and reads the pages and files behind them' },
  'links:write': { name: 'Make and change links', help: 'Deletes them too' },
  'files:write': { name: 'Send files', help: 'Shares files, and replaces what a link leads to' },
  metrics: { name: 'Read the counters', help: 'For a program that watches how the server is doing' },
  admin: { name: 'Everything an admin can', help: 'People, settings, backups and everybody’s links' },
}

export const usualScopes: readonly Scope[] = ['links:read', 'links:write', 'files:write']

const day = 86_400_000
export const lifetimes = [
  { name: 'In 7 days', milliseconds: 7 * day },
  { name: 'In 30 days', milliseconds: 30 * day },
  { name: 'In 90 days', milliseconds: 90 * day },
  { name: 'In a year', milliseconds: 365 * day },
  { name: 'Never', milliseconds: undefined },
] as const
export type Lifetime = (typeof lifetimes)[number]['name']

/** `Look at links, send files`. */
export const scopesIn = ({ scopes }: Pick<ApiKey, 'scopes'>): string =>
  scopes.map((scope, index) => (index === 0 ? scopeWords[scope].name : lower(scopeWords[scope].name))).join(', ')

const lower = (words: string) => words.charAt(0).toLowerCase() + words.slice(1)

export const isOver = ({ expiresAt }: ApiKey, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now

/** `Used 2 min ago from 192.168.1.20`. */
export function lastUseIn({ lastUsedAt, lastUsedFrom }: ApiKey, now: number): string {
  if (lastUsedAt === undefined) return 'Never used'
  return `Used ${formatPast(lastUsedAt, now)}${lastUsedFrom ? ` from ${lastUsedFrom}` : ''}`
}

/** `Expires 24 Dec at 18:00 · from 192.168.1.0/24 alone`. */
export function limitsIn({ expiresAt, networks }: ApiKey, now: number): string {
  const until = expiresAt === undefined ? 'Never expires' : `Expires ${formatMoment(expiresAt, now)}`
  return networks.length === 0 ? until : `${until} · from ${networks.join(', ')} alone`
}

/** A line for a terminal that does something the key may do, right for the shells of every system. */
export function exampleFor({ scopes }: Pick<ApiKey, 'scopes'>, { key, url }: { key: string; url: string }): string {
  const curl = `curl -H "Authorization: Bearer ${key}"`
  if (scopes.includes('files:write')) return `${curl} -F "file=@photo.jpg" ${url}/api/v1/links`
  if (scopes.includes('links:write')) {
    return `${curl} -H "Content-Type: application/json" -d "{\\"type\\":\\"redirect\\",\\"url\\":\\"https://example.com\\"}" ${url}/api/v1/links`
  }
  if (scopes.includes('links:read')) return `${curl} ${url}/api/v1/links`
  return scopes.includes('admin') ? `${curl} ${url}/api/v1/users` : `${curl} ${url}/metrics`
}
