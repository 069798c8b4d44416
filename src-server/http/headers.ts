import type { Settings } from '../settings/settings.ts'

/** Headers of every answer, errors and malformed requests included. A page that needs others sets its own over them. */
export type SecurityHeaders = Readonly<Record<string, string>>

/** What Trunk8's own pages may load where config.toml says nothing else. */
export const strictPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
].join('; ')

/** The headers under the settings of the moment. */
export function headersUnder({ contentSecurityPolicy, permissionsPolicy, xssProtection }: Settings['headers']) {
  return {
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
    'X-XSS-Protection': xssProtection,
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    // An empty header means the same as none.
    ...(permissionsPolicy !== '' && { 'Permissions-Policy': permissionsPolicy }),
    'Content-Security-Policy': contentSecurityPolicy || strictPolicy,
  } satisfies SecurityHeaders
}

interface HeaderSettings {
  readonly current: { readonly headers: Settings['headers'] }
}

/** → the headers that are right now; one object for as long as the settings stay. */
export function createHeaders(settings: HeaderSettings): () => SecurityHeaders {
  let [known, headers] = [settings.current.headers, headersUnder(settings.current.headers) as SecurityHeaders]
  return () => {
    if (settings.current.headers !== known) {
      known = settings.current.headers
      headers = headersUnder(known)
    }
    return headers
  }
}

/**
 * For a page of the interface: no window of another site keeps a hold on it, and none may load it as a part of its own
 * (HTML standard, section 7.1.3; Fetch standard, section 3.7).
 */
export const ownPageHeaders: SecurityHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}
