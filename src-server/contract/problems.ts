import { z } from 'zod'
import { route } from './route.ts'

/** Something in a file of the data folder that cannot be understood: shown until it is mended, and never written over. */
export const FileProblem = z.object({
  /** The same for the same trouble. */
  id: z.string(),
  /** `file`: the whole file does not parse, and its last good state holds; `entry`: one entry is left aside or read with a default. */
  kind: z.enum(['file', 'entry']),
  /** Below the data folder, with `/`: `users/ann/links.toml`. */
  file: z.string(),
  /** From 1. */
  line: z.number().optional(),
  column: z.number().optional(),
  /** The entry, as `links.red-fox` or `app.theme`. */
  entry: z.string().optional(),
  /** What is wrong and what holds meanwhile, in one or two sentences. */
  detail: z.string(),
  /** Whose file it is; absent: the instance's. */
  owner: z.string().optional(),
})
export type FileProblem = z.infer<typeof FileProblem>

export const problems = {
  /** One's own; an admin sees all. */
  list: route({
    method: 'GET',
    path: '/api/v1/problems',
    access: 'user',
    scope: 'links:read',
    input: z.object({}),
    output: z.object({ items: z.array(FileProblem) }),
  }),
}
