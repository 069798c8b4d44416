import { isIP } from 'node:net'

/** What kind of host a URL names, by its `hostname`. */

/** Any spelling of an IPv4 address is one in plain form by then (WHATWG URL standard, section 3.5). */
export const isAddress = (hostname: string): boolean => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0

/** Names that everybody may use at home, so that no certificate for them can be had (RFC 6761, RFC 6762, RFC 8375). */
const privateName = /\.(local|localhost|lan|home|internal|intranet|home\.arpa|test)$/

/** Whether it is a name of the public internet: one that can have a certificate which browsers know. */
export const isPublicName = (hostname: string): boolean =>
  hostname.includes('.') && !isAddress(hostname) && !privateName.test(hostname)
