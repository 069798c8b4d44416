import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Problems } from './problems.ts'

export function problemRoutes(router: Router, { problems }: { readonly problems: Problems }): void {
  serve(router, api.problems.list, (_, who) => ({ items: problems.list(who) }))
}
