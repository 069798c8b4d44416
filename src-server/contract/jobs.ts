import { z } from 'zod'
import { ErrorCode } from './errors.ts'
import { route } from './route.ts'

/** Work that goes on after its request was answered. */
export const Job = z.object({
  id: z.string(),
  kind: z.enum(['backup', 'restore']),
  owner: z.string(),
  /** What it does, for people: `Back up everything`. */
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** Bytes; `total` is absent while it is not known. */
  done: z.number(),
  total: z.number().optional(),
  startedAt: z.string(),
  /** Name of the backup that it made. */
  backup: z.string().optional(),
  error: z.object({ code: ErrorCode, detail: z.string() }).optional(),
})
export type Job = z.infer<typeof Job>

export const jobs = {
  list: route({
    method: 'GET',
    path: '/api/v1/jobs',
    access: 'user',
    scope: 'admin',
    input: z.object({}),
    output: z.object({ items: z.array(Job) }),
  }),
  cancel: route({
    method: 'DELETE',
    path: '/api/v1/jobs/:id',
    access: 'user',
    scope: 'admin',
    input: z.object({ id: z.string() }),
    output: z.void(),
  }),
}
