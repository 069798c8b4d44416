import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { SecretKey } from './secret-key.ts'

export function secretKeyRoutes(router: Router, { secretKey }: { readonly secretKey: SecretKey }): void {
  serve(router, api.secretKey.get, () => ({ fixedBy: secretKey.fixedBy }))
  serve(router, api.secretKey.replace, (_, who) => secretKey.replace(who))
}
