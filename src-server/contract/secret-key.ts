import { z } from 'zod'
import { route } from './route.ts'

export const SecretKeyState = z.object({
  /** Why it cannot be replaced here, as a sentence; absent where it can. */
  fixedBy: z.string().optional(),
})
export type SecretKeyState = z.infer<typeof SecretKeyState>

/** The key that signs sessions and seals what is kept of other secrets. It is never told. */
export const secretKey = {
  get: route({
    method: 'GET',
    path: '/api/v1/secret-key',
    access: 'admin',
    input: z.object({}),
    output: SecretKeyState,
  }),
  /** Signs everybody out, the caller too, and closes every link that was opened with its password. */
  replace: route({
    method: 'POST',
    path: '/api/v1/secret-key/replace',
    access: 'admin',
    input: z.object({ confirm: z.literal(true, 'Send "confirm": true: this signs everybody out') }),
    output: z.void(),
  }),
}
