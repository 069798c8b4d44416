import { z } from 'zod'
import { route } from './route.ts'

/** What is counted towards a ban. */
export const FailureKind = z.enum(['sign_in', 'second_step', 'api_key', 'link_password'])
export type FailureKind = z.infer<typeof FailureKind>

/** An address, or the network of one household: IPv4 as it is, of IPv6 the first 64 bits as `2001:db8::/64`. */
const Shut = z.string().max(100)

export const Ban = z.object({
  address: Shut,
  since: z.string(),
  until: z.string(),
  /** What failed last, or that an admin did it. */
  why: z.enum([...FailureKind.options, 'by_hand']),
  /** How often it failed; absent where an admin did it. */
  failures: z.number().optional(),
  /** That admin. */
  by: z.string().optional(),
})
export type Ban = z.infer<typeof Ban>

/** An address that fails, and is not banned yet. */
export const Watched = z.object({
  address: Shut,
  failures: z.number(),
  /** What failed last, and when. */
  why: FailureKind,
  lastAt: z.string(),
})
export type Watched = z.infer<typeof Watched>

export const BansState = z.object({
  /** Those that end last come last. */
  items: z.array(Ban),
  /** The most failures first; a hundred at most. */
  watching: z.array(Watched),
  /** Off: nobody is kept out, whatever the list says. */
  isOn: z.boolean(),
  /** Failures at which an address is banned. */
  maxRetry: z.number(),
  /** How long a ban lasts that names no time. */
  banSeconds: z.number(),
})
export type BansState = z.infer<typeof BansState>

export const NewBan = z.object({
  address: z.union([z.ipv4(), z.ipv6()], { error: 'Write an address such as 192.168.1.66' }),
  /** Left out: as long as the settings say. */
  seconds: z
    .number()
    .int()
    .min(1, 'A ban lasts a second at least')
    .max(31_536_000, 'A ban lasts a year at most')
    .optional(),
})
export type NewBan = z.infer<typeof NewBan>

export const bans = {
  list: route({ method: 'GET', path: '/api/v1/bans', access: 'admin', input: z.object({}), output: BansState }),
  create: route({ method: 'POST', path: '/api/v1/bans', access: 'admin', status: 201, input: NewBan, output: Ban }),
  /** Ends it at once, and forgets the failures. Throws `not_found` for what is not banned. */
  remove: route({
    method: 'DELETE',
    path: '/api/v1/bans/:address',
    access: 'admin',
    input: z.object({ address: Shut }),
    output: z.void(),
  }),
}
