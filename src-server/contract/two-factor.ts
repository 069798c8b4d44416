import { z } from 'zod'
import { route } from './route.ts'

/** The second step of a sign-in: six digits from an authenticator app, or a recovery code in its place. */

/** What a person types as their second step: a code of the app, or a recovery code however it is spaced. */
export const StepCode = z
  .string()
  .trim()
  .min(1, 'Enter the code')
  .max(40, 'A code has 6 digits, a recovery code 16 letters and digits')

/** A code of the app, as it is typed: six ASCII digits, perhaps with a space in the middle. */
export const AppCode = z
  .string()
  .transform(text => text.replaceAll(' ', ''))
  .pipe(z.string().regex(/^[0-9]{6}$/, 'Enter the 6 digits that the app shows'))

export const TwoFactorState = z.object({
  isOn: z.boolean(),
  /** When it was set up. */
  since: z.string().optional(),
  recoveryCodesLeft: z.number(),
  /** The instance asks this person for a second step. */
  isRequired: z.boolean(),
  /** A change has to be proved by the password; the owner at their own window need not. */
  asksPassword: z.boolean(),
  /** A change, once it is on, has to be proved by a code as well. */
  asksCode: z.boolean(),
  /** Why it cannot be changed here, as a sentence; absent where it can. */
  fixedBy: z.string().optional(),
})
export type TwoFactorState = z.infer<typeof TwoFactorState>

const Password = z.string().max(1024).optional()

/** Shows that it is the person themselves who changes how they sign in. */
export const Proof = z.object({
  password: Password,
  /** Of the app, or a recovery code. */
  code: StepCode.optional(),
})
export type Proof = z.infer<typeof Proof>

/** Told this once: the server keeps only what it needs to recognise one. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })

/** The secret that `start` has told, as a picture. */
export const totpQrPath = '/api/v1/me/totp/qr.svg'

export const twoFactor = {
  get: route({
    method: 'GET',
    path: '/api/v1/me/totp',
    access: 'user',
    input: z.object({}),
    output: TwoFactorState,
  }),
  /** Nothing counts until a code has confirmed it; a second start makes another secret. */
  start: route({
    method: 'POST',
    path: '/api/v1/me/totp',
    access: 'user',
    input: z.object({ password: Password }),
    output: z.object({
      /** Base32 (RFC 4648), to type into an app. */
      secret: z.string(),
      /** `otpauth://totp/…`, as apps read it. */
      uri: z.string(),
    }),
  }),
  /** Ends all other sessions of the user. */
  confirm: route({
    method: 'PUT',
    path: '/api/v1/me/totp',
    access: 'user',
    input: z.object({ code: AppCode }),
    output: RecoveryCodes,
  }),
  /** Ends all other sessions of the user. */
  remove: route({ method: 'DELETE', path: '/api/v1/me/totp', access: 'user', input: Proof, output: z.void() }),
  /** The old ones stop working. */
  makeRecoveryCodes: route({
    method: 'POST',
    path: '/api/v1/me/recovery-codes',
    access: 'user',
    input: Proof,
    output: RecoveryCodes,
  }),
  /** Takes away another's second step and passkeys, for who has lost their phone, and ends all their sessions. */
  reset: route({
    method: 'DELETE',
    path: '/api/v1/users/:name/two-factor',
    access: 'admin',
    input: z.object({ name: z.string().min(1).max(100) }),
    output: z.void(),
  }),
}
