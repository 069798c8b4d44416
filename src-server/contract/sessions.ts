import { z } from 'zod'
import { route } from './route.ts'
import { StepCode } from './two-factor.ts'

/** A path of this server to go on to: one slash at its front, so that no browser reads a host in it. */
export const NextPath = z
  .string()
  .max(2000)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'Name a path of this server, with one slash at its front')

export const SignInFields = z.object({
  /** Empty: the admin. */
  username: z.string().max(200).default(''),
  /** Left out in the second step. */
  password: z.string().max(1024).default(''),
  /** Stay signed in after the browser closes. */
  remember: z.boolean().default(false),
  /** Six digits of the authenticator app, or a recovery code: along with the password, or alone as the second step. */
  otp: StepCode.optional(),
  /** The client knows of second steps: it is asked for one by a 200, which no log filter takes for a failure. */
  steps: z.boolean().default(false),
  /** Where a form is led once it is signed in. */
  next: NextPath.optional(),
})

/** Needs a password, or the code of a second step. */
export const withPasswordOrCode = <S extends z.ZodType<{ password: string; otp?: string | undefined }>>(fields: S) =>
  fields.refine(({ password, otp }) => password !== '' || otp !== undefined, {
    path: ['password'],
    error: 'Enter the password',
  })

export const SignIn = withPasswordOrCode(SignInFields)
export type SignIn = z.infer<typeof SignIn>

export const User = z.object({ username: z.string(), displayName: z.string(), isAdmin: z.boolean() })
export type User = z.infer<typeof User>

export const Session = z.object({
  user: User,
  /** Goes into the header `X-Trunk8-CSRF` of every request that changes something. */
  csrfToken: z.string(),
  /** The name of `user`, while an admin acts as them; else null. */
  actingAs: z.string().nullable(),
  /** That admin's own name. */
  actor: z.string().nullable(),
  /** The instance asks for a second step that `user` has yet to set up: until then nothing else is open to them. */
  mustEnrol: z.boolean().optional(),
})
export type Session = z.infer<typeof Session>

export const SignedIn = Session.pick({ user: true, csrfToken: true, mustEnrol: true })
export type SignedIn = z.infer<typeof SignedIn>

/** The password was right. The code is to be sent to the same address, as `otp` alone, within five minutes. */
export const CodeAsked = z.object({ next: z.literal('code') })

/**
 * The header by which an admin acts as another user: their name, percent-encoded as in a URL, since a header carries
 * ASCII alone (RFC 9110, section 5.5).
 */
export const actAsHeader = 'X-Trunk8-Act-As'

export const sessions = {
  /**
   * In one step with `otp`, or in two. Without `otp`, whoever has a second step gets `otp_required`, or with `steps` a
   * `CodeAsked`, and the cookie by which the second request is known. A wrong password and a wrong code are both
   * `bad_credentials`; a second step that comes too late is `sign_in_required`.
   */
  signIn: route({
    method: 'POST',
    path: '/auth/login',
    access: 'anyone',
    scope: 'never',
    input: SignIn,
    output: z.union([SignedIn, CodeAsked]),
  }),
  signOut: route({ method: 'POST', path: '/auth/logout', access: 'user', input: z.object({}), output: z.void() }),
  get: route({ method: 'GET', path: '/api/v1/session', access: 'user', input: z.object({}), output: Session }),
}
