import type { X509Certificate } from 'node:crypto'

/** When a certificate holds. Times are milliseconds. */
export const day = 86_400_000

/** A certificate is renewed this long before its end. */
const notice = 30 * day

/** It holds now, and for another 30 days. */
export const hasTimeLeft = (certificate: X509Certificate, now: number): boolean =>
  now >= Date.parse(certificate.validFrom) && Date.parse(certificate.validTo) - now > notice

/** Its alternative names (RFC 5280, section 4.2.1.6): DNS names and addresses in plain form. */
export function namesIn({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap(entry => {
    const [, kind, value = ''] = /^(DNS|IP Address):(.*)$/.exec(entry) ?? []
    if (kind === undefined) return []
    return kind === 'DNS' || !value.includes(':') ? [value] : [new URL(`http://[${value}]`).hostname.slice(1, -1)]
  })
}
