/** What the main process and the server's process say to each other over their private port. */
import { z } from 'zod'
import type { ServerOptions } from '../src-server/index.ts'

/** All that starts a server and can be sent: it keeps another admin password by asking main to. */
export type ServerStart = Omit<ServerOptions, 'secrets'> & {
  readonly secrets: Omit<ServerOptions['secrets'], 'saveAdminPassword' | 'vault'>
}

/** The options hold the secrets: they go this way alone, never by argument or environment. */
export type ToServerProcess =
  | { type: 'start'; options: ServerStart }
  | { type: 'stop' }
  /** `problem`: why it was not kept, as a sentence. */
  | { type: 'adminPasswordSaved'; id: number; problem?: string }

/** Parsed by main, since that process is the one that the network talks to. `detail` is a sentence for the user. */
export const FromServerProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), reason: z.string(), detail: z.string() }),
  z.object({ type: z.literal('saveAdminPassword'), id: z.int(), password: z.string().min(1).max(1024) }),
])
export type FromServerProcess = z.infer<typeof FromServerProcess>
