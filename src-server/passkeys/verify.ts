import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { z } from 'zod'
import type { NewCredential, SignedChallenge } from '../contract/passkeys.ts'
import type { Place } from './place.ts'
import type { PasskeyRecord } from './store.ts'

/**
 * What browsers answer, checked (Web Authentication, sections 7.1 and 7.2): the challenge, the place, that somebody was
 * there and that the device knew them, the signature and the count of uses.
 */

const ClientData = z.object({ challenge: z.string() })

/** The challenge that an answer says it is to; undefined: it says nothing that can be read. */
export function challengeIn({ response }: NewCredential | SignedChallenge): string | undefined {
  try {
    const text = Buffer.from(response.clientDataJSON, 'base64url').toString()
    return ClientData.safeParse(JSON.parse(text)).data?.challenge
  } catch {
    return undefined
  }
}

/** → the new passkey's key. Throws what is wrong with it, for the log alone. */
export async function verifyNew(credential: NewCredential, expectedChallenge: string, { origin, host }: Place) {
  const { transports, ...response } = credential.response
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...credential, response, clientExtensionResults: {} },
    ...{ expectedChallenge, expectedOrigin: origin, expectedRPID: host, requireUserVerification: true },
  })
  if (!verified) throw new Error('It is not signed by what it says')
  const { id, publicKey, counter } = registrationInfo.credential
  return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports: transports ?? [] }
}

/** → how often the device says it was used. Throws what is wrong with it, for the log alone. */
export async function verifySigned(
  { id, publicKey, counter, host, userHandle }: PasskeyRecord,
  signed: SignedChallenge,
  { expectedChallenge, origin }: Pick<Place, 'origin'> & { readonly expectedChallenge: string },
): Promise<number> {
  const { userHandle: given, ...response } = signed.response
  if (given !== undefined && given !== userHandle) throw new Error('It is of another owner')
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...signed, response, clientExtensionResults: {} },
    ...{ expectedChallenge, expectedOrigin: origin, expectedRPID: host, requireUserVerification: true },
    credential: { id, counter, publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')) },
  })
  if (!verified) throw new Error('It is not signed by this passkey')
  return authenticationInfo.newCounter
}
