import { z } from 'zod'
import { route } from './route.ts'

export const Port = z.coerce
  .number({ error: 'Enter a number' })
  .int('Enter a whole number')
  .min(1, 'A port is between 1 and 65535')
  .max(65_535, 'A port is between 1 and 65535')

/** One address of this computer under which others may reach it. */
export const Address = z.object({
  /** As it stands in a URL's host, IPv6 in brackets. */
  host: z.string(),
  /** Name of the network interface. */
  interface: z.string(),
  /** What a person calls it. */
  label: z.string(),
  kind: z.enum(['network', 'virtual', 'this-computer']),
})
export type Address = z.infer<typeof Address>

/** Why nobody can reach the server though sharing is on. */
export const SharingProblem = z.object({
  reason: z.enum(['port_in_use', 'port_forbidden', 'address_missing', 'unknown']),
  port: z.number(),
  /** Who holds the port, where the system tells. */
  process: z.object({ name: z.string(), pid: z.number() }).optional(),
  /** A port that is free now. */
  suggestedPort: z.number().optional(),
  /** A sentence for the user. */
  detail: z.string(),
})
export type SharingProblem = z.infer<typeof SharingProblem>

export const SharingStatus = z.object({
  state: z.enum(['on', 'off', 'failed']),
  port: z.number(),
  /** Name of this instance. */
  name: z.string(),
  /** The address that links are handed out on: the chosen one, else the best. */
  host: z.string(),
  /** Start of every share URL, without a slash at its end. */
  url: z.string(),
  /** Best first. */
  addresses: z.array(Address),
  problem: SharingProblem.optional(),
  /** Why only this computer can come in though the settings let others, in sentences; absent: it is as they say. */
  confined: z.string().optional(),
})
export type SharingStatus = z.infer<typeof SharingStatus>

export const SharingChanges = z.object({
  on: z.boolean().optional(),
  port: Port.optional(),
  /** One of `addresses`; null: the best at any time. */
  host: z.string().nullable().optional(),
})
export type SharingChanges = z.infer<typeof SharingChanges>

export const sharing = {
  get: route({
    method: 'GET',
    path: '/api/v1/sharing',
    access: 'user',
    scope: 'links:read',
    input: z.object({}),
    output: SharingStatus,
  }),
  /** Answers the state that it led to; a port that is taken is a state, not an error. */
  update: route({
    method: 'PATCH',
    path: '/api/v1/sharing',
    access: 'owner',
    input: SharingChanges,
    output: SharingStatus,
  }),
}
