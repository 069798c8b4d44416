import { z } from 'zod'
import { Network } from './door-settings.ts'
import { Expiry } from './links.ts'
import { route, Scope } from './route.ts'

/**
 * API keys: how programs come in for a user, each with as much of their rights as its scopes say. Sent as
 * `Authorization: Bearer t8_…` or `X-API-Key: t8_…`, never in an address.
 */
export const apiKeyHeader = 'X-API-Key'

/** `t8_ID_SECRET`: the id finds the key, and with the secret it is one text of which a hash alone is kept. */
export const apiKeyForm = /^t8_([0-9A-Za-z]{8})_[\w-]{43}$/

export const ApiKey = z.object({
  id: z.string(),
  owner: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  /** Where it may be used from: addresses and networks; none: everywhere. */
  networks: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string().optional(),
  /** To the minute. */
  lastUsedAt: z.string().optional(),
  lastUsedFrom: z.string().optional(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const NewApiKey = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Say what it is for')
    .max(100, 'A name has at most 100 characters')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A name is one line, without tabs'),
  scopes: z
    .array(Scope)
    .min(1, 'Choose at least one thing that it may do')
    .max(20)
    .transform(scopes => [...new Set(scopes)]),
  /** Left out: never. */
  expiresAt: Expiry.optional(),
  networks: z.array(Network).max(20, 'At most 20 addresses and networks').default([]),
})
export type NewApiKey = z.infer<typeof NewApiKey>

const OneKey = z.object({ id: z.string().min(1).max(50) })
const KeyList = z.object({ items: z.array(ApiKey) })

export const apiKeys = {
  /** One's own, the newest first. */
  list: route({
    method: 'GET',
    path: '/api/v1/me/api-keys',
    access: 'user',
    scope: 'never',
    input: z.object({}),
    output: KeyList,
  }),
  /**
   * `key` is told this once. `url`: where programs reach this instance, without a slash at its end; `trustUrl`: where they
   * find the certificate that they have to trust for it, if there is one. Throws `not_allowed` for whoever acts as another, `conflict` where
   * there are too many.
   */
  create: route({
    method: 'POST',
    path: '/api/v1/me/api-keys',
    access: 'user',
    scope: 'never',
    status: 201,
    input: NewApiKey,
    output: z.object({ apiKey: ApiKey, key: z.string(), url: z.string(), trustUrl: z.string().optional() }),
  }),
  /** It opens nothing from then on. */
  remove: route({
    method: 'DELETE',
    path: '/api/v1/me/api-keys/:id',
    access: 'user',
    scope: 'never',
    input: OneKey,
    output: z.void(),
  }),
  /** Everybody's. */
  listAll: route({
    method: 'GET',
    path: '/api/v1/api-keys',
    access: 'admin',
    scope: 'never',
    input: z.object({}),
    output: KeyList,
  }),
  removeAny: route({
    method: 'DELETE',
    path: '/api/v1/api-keys/:id',
    access: 'admin',
    scope: 'never',
    input: OneKey,
    output: z.void(),
  }),
}
