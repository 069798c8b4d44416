/** What the main process and the server's process say to each other over their private port. */
import { z } from 'zod'
import { type ServerOptions, vaultNames } from '../src-server/index.ts'

/** All that starts a server and can be sent: what it keeps of secrets it keeps by asking main to. */
export type ServerStart = Omit<ServerOptions, 'secrets'> & {
  readonly secrets: Omit<ServerOptions['secrets'], 'saveAdminPassword' | 'vault'>
}

/** The options hold the secrets: they go this way alone, never by argument or environment. */
export type ToServerProcess =
  | { type: 'start'; options: ServerStart }
  | { type: 'stop' }
  /** `secret`: the one that was asked for, where there is one. `problem`: why it was not done, as a sentence. */
  | { type: 'vaultAnswer'; id: number; secret?: string; problem?: string }

/** A key with all that belongs to it is some kilobytes. */
const Secret = z.string().min(1).max(65_536)
const name = z.enum(vaultNames)

/** One thing to be done with the place where secrets are kept. */
const VaultRequest = z.discriminatedUnion('act', [
  z.object({ type: z.literal('vault'), id: z.int(), act: z.literal('read'), name }),
  z.object({ type: z.literal('vault'), id: z.int(), act: z.literal('write'), name, secret: Secret }),
  z.object({ type: z.literal('vault'), id: z.int(), act: z.literal('remove'), name }),
])
export type VaultRequest = z.infer<typeof VaultRequest>

/** Parsed by main, since that process is the one that the network talks to. `detail` is a sentence for the user. */
export const FromServerProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), reason: z.string(), detail: z.string() }),
  VaultRequest,
])
export type FromServerProcess = z.infer<typeof FromServerProcess>
