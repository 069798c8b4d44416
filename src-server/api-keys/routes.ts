import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { trustPaths } from '../contract/tls.ts'
import { serve } from '../http/serve.ts'
import type { Settings } from '../settings/settings.ts'
import type { ApiKeys } from './api-keys.ts'

interface ApiKeyRoutesOptions {
  readonly apiKeys: ApiKeys
  readonly sharing: { shareUrl(code: string): string }
  readonly settings: { readonly current: Pick<Settings, 'tls' | 'server'> }
}

/** One's own API keys, and for an admin everybody's. No key opens any of this. */
export function apiKeyRoutes(router: Router, { apiKeys, sharing, settings }: ApiKeyRoutesOptions): void {
  /** A key is only taken over https where there is https: the public address says for itself. */
  function whereTo(): { readonly url: string; readonly trustUrl?: string } {
    const { origin } = new URL(sharing.shareUrl(''))
    const { tls, server } = settings.current
    if (tls.mode === 'off' || server.publicUrl !== '') return { url: origin }
    const url = origin.replace(/^http:/, 'https:')
    return tls.certFile === '' ? { url, trustUrl: `${url}${trustPaths.page}` } : { url }
  }

  serve(router, api.apiKeys.list, (_, { username }) => ({ items: apiKeys.listOf(username) }))
  serve(router, api.apiKeys.create, async (given, who) => ({
    ...(await apiKeys.create(who, given)),
    ...whereTo(),
  }))
  serve(router, api.apiKeys.remove, ({ id }, who) => apiKeys.removeOwn(who, id))
  serve(router, api.apiKeys.listAll, () => ({ items: apiKeys.listAll() }))
  serve(router, api.apiKeys.removeAny, ({ id }, who) => apiKeys.removeAny(who, id))
}
