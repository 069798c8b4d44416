import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { ApiKeys } from './api-keys.ts'

/** One's own API keys, and for an admin everybody's. No key opens any of this. */
export function apiKeyRoutes(router: Router, { apiKeys }: { readonly apiKeys: ApiKeys }): void {
  serve(router, api.apiKeys.list, (_, { username }) => ({ items: apiKeys.listOf(username) }))
  serve(router, api.apiKeys.create, (given, who) => apiKeys.create(who, given))
  serve(router, api.apiKeys.remove, ({ id }, who) => apiKeys.removeOwn(who, id))
  serve(router, api.apiKeys.listAll, () => ({ items: apiKeys.listAll() }))
  serve(router, api.apiKeys.removeAny, ({ id }, who) => apiKeys.removeAny(who, id))
}
