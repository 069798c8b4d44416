import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Sharing } from '../sharing/sharing.ts'
import type { Proxies } from './open-proxies.ts'

interface ProxyServices {
  readonly proxies: Proxies
  readonly sharing: Pick<Sharing, 'status'>
}

export function proxyRoutes(router: Router, { proxies, sharing }: ProxyServices): void {
  serve(router, api.proxies.get, () => proxies.state())
  serve(router, api.proxies.check, async () => ({ items: await proxies.check(sharing.status().port) }))
  serve(router, api.proxies.config, ({ program }) => proxies.config(program, sharing.status().port))
}
