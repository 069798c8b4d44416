import type { Settings } from '../../settings/settings.ts'
import type { Proven } from '../accounts.ts'
import { refused } from '../refusal.ts'
import type { Claims } from './client.ts'

type Rules = Pick<Settings['oidc'], 'allowedDomains' | 'adminClaim'>

/** What a provider says of a person, by our rules. Throws `bad_credentials` for who is of no allowed domain. */
export function toProven(claims: Claims, { allowedDomains, adminClaim }: Rules): Proven {
  const { iss, sub, preferred_username, name, email } = claims
  requireDomain(claims, allowedDomains)
  return {
    identity: { provider: 'oidc', issuer: iss, subject: sub },
    usernames: [preferred_username, email, name],
    displayName: name,
    label: email ?? preferred_username ?? name ?? sub,
    isAdmin: holds(claims, adminClaim),
  }
}

/** An address that the provider has not confirmed may be anybody's. */
function requireDomain({ email = '', email_verified }: Claims, allowed: readonly string[]): void {
  if (allowed.length === 0) return
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  const isAllowed = email.includes('@') && allowed.some(it => it.toLowerCase().replace(/^@/, '') === domain)
  if (isAllowed && email_verified === true) return
  const words = 'Only people with a confirmed e-mail address in one of the allowed domains come in here'
  throw refused(words, isAllowed ? 'the e-mail address is not confirmed' : 'the e-mail address is in no allowed domain')
}

/** `groups=trunk8-admins` → whether the claim is that, or has that in its list; undefined where nothing is set. */
function holds(claims: Claims, adminClaim: string): boolean | undefined {
  if (adminClaim === '') return undefined
  const [name = '', ...rest] = adminClaim.split('=')
  const wanted = rest.length === 0 ? 'true' : rest.join('=').trim()
  const claim = Object.hasOwn(claims, name.trim()) ? claims[name.trim()] : undefined
  return (Array.isArray(claim) ? claim : [claim]).some(it => it !== undefined && String(it) === wanted)
}
