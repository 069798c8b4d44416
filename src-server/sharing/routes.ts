import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Sharing } from './sharing.ts'

export function sharingRoutes(router: Router, { sharing }: { readonly sharing: Sharing }): void {
  serve(router, api.sharing.get, () => sharing.status())
  serve(router, api.sharing.update, changes => sharing.update(changes))
}
