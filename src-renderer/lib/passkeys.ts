/** Passkeys, as far as the browser has them. What it throws is said in words here. */
import type { WebAuthnError } from '@simplewebauthn/browser'
import type { z } from 'zod'
import { AppError } from '../../src-server/contract/errors.ts'
import type { NewCredential, passkeys, SignedChallenge } from '../../src-server/contract/passkeys.ts'

/** Browsers have them only where nobody in between can meddle, and only for names: not at `192.168…`, nor over http. */
export const hasPasskeys =
  window.isSecureContext &&
  'PublicKeyCredential' in window &&
  /^https?:$/.test(location.protocol) &&
  !/^(\[|[\d.]+$)/.test(location.hostname)

type Options = z.output<typeof passkeys.options.output>

/** Has this device make one. Throws `cancelled`, `conflict` where it has one already, and `not_allowed`. */
export async function makePasskey(options: Options): Promise<NewCredential> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  type Given = Parameters<typeof startRegistration>[0]['optionsJSON']
  const { id, rawId, response } = await startRegistration({ optionsJSON: options as unknown as Given }).catch(explain)
  const { clientDataJSON, attestationObject, transports } = response
  return {
    ...{ id, rawId, type: 'public-key' },
    response: { clientDataJSON, attestationObject, ...(transports && { transports }) },
  }
}

/** Has the person show one. Throws as above. */
export async function showPasskey(options: Options): Promise<SignedChallenge> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  type Given = Parameters<typeof startAuthentication>[0]['optionsJSON']
  const { id, rawId, response } = await startAuthentication({ optionsJSON: options as unknown as Given }).catch(explain)
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return {
    ...{ id, rawId, type: 'public-key' },
    response: { clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) },
  }
}

/** The name of the error is the same in every browser (Web Authentication, section 5.1). */
function explain(cause: WebAuthnError): never {
  if (cause.name === 'InvalidStateError') {
    throw new AppError('conflict', 'This device has a passkey for you already', { cause })
  }
  if (cause.name === 'NotAllowedError' || cause.name === 'AbortError') {
    throw new AppError('cancelled', 'Nothing came of it: it was stopped, took too long, or there is no passkey', {
      cause,
    })
  }
  throw new AppError('not_allowed', 'This browser has no passkeys here. Is its connection to Trunk8 a trusted one?', {
    cause,
  })
}
