import { z } from 'zod'
import { route } from './route.ts'

/** What somebody showed to be let in. */
export const SignInMethod = z.enum(['password', 'passkey', 'oidc', 'saml'])
export type SignInMethod = z.infer<typeof SignInMethod>

/** One browser in which somebody is signed in. */
export const SessionDetails = z.object({
  /** It names the session and opens nothing. */
  id: z.string(),
  /** The caller's own. */
  isCurrent: z.boolean(),
  /** Such as `Firefox on Windows`. */
  agent: z.string(),
  /** Where it was begun. */
  address: z.string(),
  method: SignInMethod,
  createdAt: z.string(),
  lastSeenAt: z.string(),
})
export type SessionDetails = z.infer<typeof SessionDetails>

/** The one seen last comes first. */
const SessionList = z.object({ items: z.array(SessionDetails) })

const Id = z.string().min(1).max(100)
const Username = z.string().min(1).max(100)

/** Where one is signed in, and where others are. Signing somebody out is for good, at once. */
export const sessionList = {
  own: route({
    method: 'GET',
    path: '/api/v1/me/sessions',
    access: 'user',
    input: z.object({}),
    output: SessionList,
  }),
  endOwn: route({
    method: 'DELETE',
    path: '/api/v1/me/sessions/:id',
    access: 'user',
    input: z.object({ id: Id }),
    output: z.void(),
  }),
  /** All but the caller's own. */
  endOthers: route({
    method: 'DELETE',
    path: '/api/v1/me/sessions',
    access: 'user',
    input: z.object({}),
    output: z.void(),
  }),
  ofUser: route({
    method: 'GET',
    path: '/api/v1/users/:name/sessions',
    access: 'admin',
    input: z.object({ name: Username }),
    output: SessionList,
  }),
  endOfUser: route({
    method: 'DELETE',
    path: '/api/v1/users/:name/sessions/:id',
    access: 'admin',
    input: z.object({ name: Username, id: Id }),
    output: z.void(),
  }),
  /** All of theirs; of one's own, all but the caller's. */
  endAllOfUser: route({
    method: 'DELETE',
    path: '/api/v1/users/:name/sessions',
    access: 'admin',
    input: z.object({ name: Username }),
    output: z.void(),
  }),
}
