import { z } from 'zod'
import { route } from './route.ts'

/** The headers that guard every answer, as they are in force. */
export const SecurityHeader = z.object({ name: z.string(), value: z.string() })
export type SecurityHeader = z.infer<typeof SecurityHeader>

export const headers = {
  list: route({
    method: 'GET',
    path: '/api/v1/headers',
    access: 'admin',
    input: z.object({}),
    output: z.object({ items: z.array(SecurityHeader) }),
  }),
}
