import { z } from 'zod'
import { Content, maxContent } from './links.ts'
import { route } from './route.ts'

/** Markdown as visitors will see it, for the editor's preview: nothing of it is kept. */
export const markdown = {
  /** `page`: a whole document without script, to be shown in an `<iframe sandbox>`. */
  preview: route({
    method: 'POST',
    path: '/api/v1/markdown/preview',
    access: 'user',
    scope: 'links:write',
    maxBody: 6 * maxContent + 64 * 1024,
    input: z.object({ content: Content, title: z.string().max(200).optional() }),
    output: z.object({ page: z.string() }),
  }),
}
