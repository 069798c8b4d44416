import { z } from 'zod'
import { ErrorCode } from './errors.ts'
import { HtmlMode } from './html-mode.ts'
import { Expiry, LinkTitle, NewLinkCode } from './links.ts'
import { route } from './route.ts'

/** Bytes on their way into the instance. The code is reserved from the start, the link serves once `state` is `done`. */
export const Transfer = z.object({
  id: z.string(),
  /** `import`: a file of this computer, dropped on the desktop. `upload`: bytes sent over HTTP. */
  kind: z.enum(['import', 'upload']),
  owner: z.string(),
  code: z.string(),
  shareUrl: z.string(),
  name: z.string(),
  /** Bytes in all; absent where the sender did not say. */
  size: z.number().optional(),
  /** Bytes so far. */
  bytes: z.number(),
  /** Bytes per second over the last seconds. */
  speed: z.number(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: z.string(),
  error: z.object({ code: ErrorCode, detail: z.string() }).optional(),
})
export type Transfer = z.infer<typeof Transfer>

/** A file of this computer, by absolute path. `name` replaces its own name. */
export const NewImport = z.object({
  path: z.string().min(1).max(32_767),
  name: z.string().min(1).max(1024).optional(),
  code: NewLinkCode.optional(),
  title: LinkTitle.optional(),
  expiresAt: Expiry.optional(),
  /** Whose the link becomes; left out: who asks. */
  owner: z.string().min(1).max(100).optional(),
})
export type NewImport = z.infer<typeof NewImport>

export const transfers = {
  /** Running ones, and those that ended in the last minutes. */
  list: route({
    method: 'GET',
    path: '/api/v1/transfers',
    access: 'user',
    scope: 'files:write',
    input: z.object({}),
    output: z.object({ items: z.array(Transfer) }),
  }),
  cancel: route({
    method: 'DELETE',
    path: '/api/v1/transfers/:id',
    access: 'user',
    scope: 'files:write',
    input: z.object({ id: z.string() }),
    output: z.void(),
  }),
  /** Answers as soon as the file is found fit and its code reserved; the rest is told by `transfer` events. */
  import: route({
    method: 'POST',
    path: '/api/v1/imports',
    access: 'desktop',
    status: 202,
    input: NewImport,
    output: Transfer,
  }),
}

/** What an upload may be, so that a client can say no before it sends a gigabyte. */
export const UploadLimits = z.object({
  /** Bytes of a file that is sent over HTTP; null: no limit. Files of this computer have none. */
  maxFileSize: z.number().nullable(),
  /** Lower case, without the dot; null: all. */
  allowedExtensions: z.array(z.string()).nullable(),
})
export type UploadLimits = z.infer<typeof UploadLimits>

export const uploads = {
  limits: route({
    method: 'GET',
    path: '/api/v1/uploads/limits',
    access: 'user',
    scope: 'files:write',
    input: z.object({}),
    /** `htmlMode`: the most that an HTML page may do. */
    output: UploadLimits.extend({ htmlMode: HtmlMode }),
  }),
}
