import { z } from 'zod'
import { Job } from './jobs.ts'
import { SharingStatus } from './sharing.ts'
import { Transfer } from './transfers.ts'

/** Where events come from: server-sent events, each named by its key here, with JSON data of this shape. */
export const eventsPath = '/api/v1/events'

export const events = {
  links: z.object({ action: z.enum(['created', 'updated', 'removed']), code: z.string(), owner: z.string() }),
  transfer: Transfer,
  server: SharingStatus,
  job: Job,
  /** Somebody's API keys. */
  apiKeys: z.object({}),
  /** Users, settings and themes, or file problems are not what they were: ask again. */
  users: z.object({}),
  settings: z.object({}),
  problems: z.object({}),
  /** Another certificate serves, or something is wrong with one. */
  certificate: z.object({}),
  /** Where somebody is signed in. */
  sessions: z.object({}),
  /** Who is kept out, or who fails; for admins. */
  bans: z.object({}),
  /** Something new is seen of the proxies before this server; for admins. */
  proxies: z.object({}),
}
export type EventName = keyof typeof events
export type EventData<N extends EventName> = z.infer<(typeof events)[N]>
