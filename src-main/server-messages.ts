/** What the main process and the server's process say to each other over their private port. */
import { z } from 'zod'
import type { ServerOptions } from '../src-server/index.ts'

/** The options hold the secrets: they go this way alone, never by argument or environment. */
export type ToServerProcess = { type: 'start'; options: ServerOptions } | { type: 'stop' }

/** Parsed by main, since that process is the one that the network talks to. `detail` is a sentence for the user. */
export const FromServerProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), reason: z.string(), detail: z.string() }),
])
export type FromServerProcess = z.infer<typeof FromServerProcess>
