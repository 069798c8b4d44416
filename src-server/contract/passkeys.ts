import { z } from 'zod'
import { route } from './route.ts'
import { SignedIn } from './sessions.ts'

/** Passkeys (Web Authentication, Level 3): a key on a device, which its owner unlocks there. */

const Base64Url = z
  .string()
  .max(8192)
  .regex(/^[\w-]+$/)

/** A credential's id is at most 1,023 bytes (Web Authentication, section 4). */
const CredentialId = Base64Url.max(1400)

/** What names a passkey here: its owner’s own word, such as the device it is on. */
export const PasskeyName = z
  .string()
  .trim()
  .min(1, 'Enter a name')
  .max(50, 'A name has at most 50 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A name is one line, without tabs')

export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  /** The host name that it works at: a passkey is of one name and no other. */
  host: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().optional(),
})
export type Passkey = z.infer<typeof Passkey>

/** As the browser made it, its bytes in base64url. */
export const NewCredential = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
})
export type NewCredential = z.infer<typeof NewCredential>

/** What a passkey signed, likewise. */
export const SignedChallenge = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.optional(),
  }),
})
export type SignedChallenge = z.infer<typeof SignedChallenge>

/** For the browser as it is; nothing of it is for us to look into. */
const ForTheBrowser = z.looseObject({ challenge: z.string() })

/** A passkey's answers are a few hundred bytes, with RSA one or two thousand. */
const maxBody = 16 * 1024

/** Whatever is asked for: what is not there is not found. */
const OnePasskey = z.object({ id: z.string().min(1).max(1400) })

export const passkeys = {
  list: route({
    method: 'GET',
    path: '/api/v1/me/passkeys',
    access: 'user',
    input: z.object({}),
    output: z.object({
      items: z.array(Passkey),
      /** The password has to be given to add one. */
      asksPassword: z.boolean(),
    }),
  }),
  /** What the browser needs to make one. Only from where one can work: `localhost`, or a name of ours over https. */
  options: route({
    method: 'POST',
    path: '/api/v1/me/passkeys/options',
    access: 'user',
    input: z.object({ password: z.string().max(1024).optional() }),
    output: ForTheBrowser,
  }),
  add: route({
    method: 'POST',
    path: '/api/v1/me/passkeys',
    access: 'user',
    status: 201,
    maxBody,
    input: z.object({ name: PasskeyName, credential: NewCredential }),
    output: Passkey,
  }),
  rename: route({
    method: 'PATCH',
    path: '/api/v1/me/passkeys/:id',
    access: 'user',
    input: OnePasskey.extend({ name: PasskeyName }),
    output: Passkey,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/v1/me/passkeys/:id',
    access: 'user',
    input: OnePasskey,
    output: z.void(),
  }),
  /** What the browser needs to sign in with one, whoever it is. */
  signInOptions: route({
    method: 'POST',
    path: '/auth/passkey/options',
    access: 'anyone',
    scope: 'never',
    input: z.object({}),
    output: ForTheBrowser,
  }),
  /** Both steps at once: the device has seen to it that it is its owner. `bad_credentials` for all that is wrong. */
  signIn: route({
    method: 'POST',
    path: '/auth/passkey',
    access: 'anyone',
    scope: 'never',
    maxBody,
    input: z.object({ credential: SignedChallenge, remember: z.boolean().default(false) }),
    output: SignedIn,
  }),
}
