import { z } from 'zod'
import { route } from './route.ts'

export const SignIn = z.object({
  /** Empty: the admin. */
  username: z.string().max(200).default(''),
  password: z.string().min(1, 'Enter the password').max(1024),
  /** Stay signed in after the browser closes. */
  remember: z.boolean().default(false),
})
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
})
export type Session = z.infer<typeof Session>

/**
 * The header by which an admin acts as another user: their name, percent-encoded as in a URL, since a header carries
 * ASCII alone (RFC 9110, section 5.5).
 */
export const actAsHeader = 'X-Trunk8-Act-As'

export const sessions = {
  signIn: route({
    method: 'POST',
    path: '/auth/login',
    access: 'anyone',
    scope: 'never',
    input: SignIn,
    output: Session.pick({ user: true, csrfToken: true }),
  }),
  signOut: route({ method: 'POST', path: '/auth/logout', access: 'user', input: z.object({}), output: z.void() }),
  get: route({ method: 'GET', path: '/api/v1/session', access: 'user', input: z.object({}), output: Session }),
}
