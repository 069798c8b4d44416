import { Secret, TOTP } from 'otpauth'
import { api } from '../../src-server/contract/index.ts'
import type { Client } from './server.ts'

/** A phone with an authenticator app: what it shows now, or so many seconds from now. */
export const appCode = (secret: string, offsetSeconds = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + offsetSeconds * 1000 })

/**
 * Sets up a second step. What confirmed it has counted: the next that counts is the code of the step after, which
 * `nextCode` tells, as a clock that is a little ahead would.
 */
export async function setUpSecondStep(client: Client, password?: string) {
  const { secret, uri } = await client.call(api.twoFactor.start, { password })
  const { recoveryCodes } = await client.call(api.twoFactor.confirm, { code: appCode(secret) })
  return { secret, uri, recoveryCodes, nextCode: () => appCode(secret, 30) }
}
