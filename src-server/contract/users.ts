import { z } from 'zod'
import { route } from './route.ts'

/** A name that may be given to a new user: it is a folder's name as well, on every system. */
export const NewUsername = z
  .string()
  .trim()
  .normalize('NFC')
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,49}$/u, 'Use 1 to 50 letters, digits, - or _, and begin with a letter or digit')
  .refine(
    name => !/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name),
    'Windows keeps this name for itself. Choose another one',
  )

/** A name as it may stand in a folder. */
const Username = z.string().min(1).max(100)

export const DisplayName = z
  .string()
  .trim()
  .min(1, 'Enter a name')
  .max(100, 'A name has at most 100 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A name is one line, without tabs')

/** The shortest password that may be set is a setting; the server checks it. */
export const NewPassword = z
  .string()
  .min(1, 'Enter a password')
  .max(1024, 'A password has at most 1,024 characters')
  .regex(/^\P{Cc}*$/u, 'A password is one line, without tabs')

/** A user as an admin sees them. */
export const UserDetails = z.object({
  username: z.string(),
  displayName: z.string(),
  isAdmin: z.boolean(),
  createdAt: z.string().optional(),
  links: z.number(),
  /** Of their files. */
  bytes: z.number(),
  /** Sessions that are alive. */
  sessions: z.number(),
  /** They are asked for a second step when they sign in. */
  twoFactor: z.boolean(),
  /** Passkeys that they can sign in with. */
  passkeys: z.number(),
  /** What keeps them from signing in or from their links, as a sentence. */
  problem: z.string().optional(),
})
export type UserDetails = z.infer<typeof UserDetails>

export const NewUser = z.object({
  username: NewUsername,
  displayName: DisplayName.optional(),
  isAdmin: z.boolean().default(false),
  /** Left out: one is made. */
  password: NewPassword.optional(),
})
export type NewUser = z.infer<typeof NewUser>

export const UserChanges = z.object({
  displayName: DisplayName.optional(),
  isAdmin: z.boolean().optional(),
})
export type UserChanges = z.infer<typeof UserChanges>

/** What goes with a user. `sample`: some of the links, the most visited first. */
export const DeletionPreview = z.object({
  username: z.string(),
  displayName: z.string(),
  links: z.number(),
  files: z.number(),
  bytes: z.number(),
  sessions: z.number(),
  sample: z.array(z.object({ code: z.string(), type: z.string(), name: z.string(), visits: z.number() })),
})
export type DeletionPreview = z.infer<typeof DeletionPreview>

/** `password`: the one that was made, told this once; absent where the caller gave one. */
const WithPassword = z.object({ user: UserDetails, password: z.string().optional() })

const OneUser = z.object({ name: Username })

export const users = {
  list: route({
    method: 'GET',
    path: '/api/v1/users',
    access: 'admin',
    input: z.object({}),
    output: z.object({ items: z.array(UserDetails) }),
  }),
  create: route({
    method: 'POST',
    path: '/api/v1/users',
    access: 'admin',
    status: 201,
    input: NewUser,
    output: WithPassword,
  }),
  get: route({ method: 'GET', path: '/api/v1/users/:name', access: 'admin', input: OneUser, output: UserDetails }),
  update: route({
    method: 'PATCH',
    path: '/api/v1/users/:name',
    access: 'admin',
    input: OneUser.extend(UserChanges.shape),
    output: UserDetails,
  }),
  /** Ends all sessions of the user. Not for `admin`, whose own password changes at `me`. */
  resetPassword: route({
    method: 'POST',
    path: '/api/v1/users/:name/password',
    access: 'admin',
    input: OneUser.extend({ password: NewPassword.optional() }),
    output: WithPassword,
  }),
  deletionPreview: route({
    method: 'GET',
    path: '/api/v1/users/:name/deletion-preview',
    access: 'admin',
    input: OneUser,
    output: DeletionPreview,
  }),
  /** Takes the user's folder and sessions along, for good. */
  remove: route({ method: 'DELETE', path: '/api/v1/users/:name', access: 'admin', input: OneUser, output: z.void() }),
}

export const Me = z.object({
  username: z.string(),
  displayName: z.string(),
  isAdmin: z.boolean(),
  createdAt: z.string().optional(),
  links: z.number(),
  bytes: z.number(),
  /** Why the password cannot be changed here, as a sentence; absent where it can. */
  passwordFixedBy: z.string().optional(),
  /** The present password has to be given to set another; the owner at their own window need not. */
  asksCurrentPassword: z.boolean(),
  /** Characters. */
  shortestPassword: z.number(),
})
export type Me = z.infer<typeof Me>

export const PasswordChange = z.object({
  current: z.string().max(1024).optional(),
  next: NewPassword,
})
export type PasswordChange = z.infer<typeof PasswordChange>

export const me = {
  get: route({ method: 'GET', path: '/api/v1/me', access: 'user', scope: 'any', input: z.object({}), output: Me }),
  update: route({
    method: 'PATCH',
    path: '/api/v1/me',
    access: 'user',
    input: z.object({ displayName: DisplayName.optional() }),
    output: Me,
  }),
  /** Ends all other sessions of the user, and gives this one another id and token. `wrong_password` when `current` is not right; not while acting as another. */
  changePassword: route({
    method: 'POST',
    path: '/api/v1/me/password',
    access: 'user',
    input: PasswordChange,
    output: z.void(),
  }),
}
