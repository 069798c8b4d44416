import { z } from 'zod'
import { SharingStatus } from './sharing.ts'
import { Transfer } from './transfers.ts'

/** Where events come from: server-sent events, each named by its key here, with JSON data of this shape. */
export const eventsPath = '/api/v1/events'

export const events = {
  links: z.object({ action: z.enum(['created', 'updated', 'removed']), code: z.string(), owner: z.string() }),
  transfer: Transfer,
  server: SharingStatus,
}
export type EventName = keyof typeof events
export type EventData<N extends EventName> = z.infer<(typeof events)[N]>
