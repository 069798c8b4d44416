import { Secret, TOTP } from 'otpauth'

/**
 * Time-based one-time passwords (RFC 6238) in the form that every authenticator app reads: SHA-1, 6 digits, 30 seconds.
 */
export interface Totp {
  readonly secret: string
  /** `otpauth://totp/…`: what a QR code holds. */
  readonly uri: string
}

const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** RFC 4226, section 4, recommends 160 bits. */
const secretBytes = 20
/** Steps that a phone's clock may be behind or ahead (RFC 6238, section 5.2). */
const window = 1

/** `issuer`: name of the instance, `account`: the user's, as the app lists them. */
export function makeTotp(issuer: string, account: string): Totp {
  const secret = new Secret({ size: secretBytes })
  return { secret: secret.base32, uri: uriOf(secret.base32, issuer, account) }
}

/** A colon in a label would end the issuer. */
const uriOf = (secret: string, issuer: string, account: string): string =>
  new TOTP({
    ...form,
    secret: Secret.fromBase32(secret),
    issuer: issuer.replaceAll(':', ' '),
    label: account,
  }).toString()

/**
 * The time step that a code belongs to, for whoever has to see to it that none counts twice; undefined: it is no code of
 * this secret at about this time. Anything but six ASCII digits is refused before the library sees it, which would throw.
 */
export function stepOf(code: string, secret: string, at: number): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined
  const totp = new TOTP({ ...form, secret: Secret.fromBase32(secret) })
  const delta = totp.validate({ token: code, timestamp: at, window })
  return delta === null ? undefined : totp.counter({ timestamp: at }) + delta
}
