import { z } from 'zod'
import { route } from './route.ts'

/** Reverse proxies before this server: what is seen of them, and how they are set up. */

export const ProxyProgram = z.enum(['nginx', 'caddy', 'apache'], {
  error: 'Choose one of "nginx", "caddy", "apache"',
})
export type ProxyProgram = z.infer<typeof ProxyProgram>

const seen = { times: z.number(), at: z.iso.datetime({ offset: true }) }

/** What is wrong with the proxies, as the requests tell since the last start. */
export const ProxyFinding = z.discriminatedUnion('kind', [
  /** One at this address of this computer sends requests on, and is not trusted. */
  z.object({ kind: z.literal('untrusted'), address: z.string(), ...seen }),
  /** A trusted one does not pass on who signs in; its location lacks these lines of nginx. */
  z.object({ kind: z.literal('nameless_sign_ins'), lines: z.array(z.string()).readonly(), ...seen }),
  /** Some are trusted, and no public address says by which name visitors ask for: so nothing is believed. */
  z.object({ kind: z.literal('no_public_name') }),
])
export type ProxyFinding = z.infer<typeof ProxyFinding>

export const ProxyState = z.object({
  trusted: z.array(z.string()),
  hops: z.number(),
  /** Empty: none is set. */
  publicUrl: z.string(),
  /** The last visitor whom a trusted proxy has named. */
  lastVisitor: z.object({ address: z.string(), at: seen.at }).optional(),
  findings: z.array(ProxyFinding),
})
export type ProxyState = z.infer<typeof ProxyState>

export const ProxyConfig = z.object({
  program: ProxyProgram,
  /** Where it belongs, as a full path. */
  file: z.string(),
  text: z.string(),
  /** What to run then, a command each. */
  commands: z.array(z.string()),
})
export type ProxyConfig = z.infer<typeof ProxyConfig>

/** One thing that was asked of the public address. */
export const ProxyCheckItem = z.object({
  about: z.enum(['reach', 'address', 'sign_in', 'uploads']),
  outcome: z.enum(['ok', 'bad', 'unknown']),
  /** What was found, as sentences. */
  detail: z.string(),
  /** What mends it, as lines of nginx’s configuration. */
  lines: z.array(z.string()).readonly().optional(),
})
export type ProxyCheckItem = z.infer<typeof ProxyCheckItem>

export const proxies = {
  get: route({ method: 'GET', path: '/api/v1/proxies', access: 'admin', input: z.object({}), output: ProxyState }),
  /** Throws `conflict` while there is no public address to write it for. */
  config: route({
    method: 'GET',
    path: '/api/v1/proxies/:program',
    access: 'admin',
    input: z.object({ program: ProxyProgram }),
    output: ProxyConfig,
  }),
  /** Sends requests to the public address and looks at how they arrive. Throws `conflict` while there is none. */
  check: route({
    method: 'POST',
    path: '/api/v1/proxies/check',
    access: 'admin',
    input: z.object({}),
    output: z.object({ items: z.array(ProxyCheckItem) }),
  }),
}
