import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Jobs } from './jobs.ts'

/** The calls about work in the background. */
export function jobRoutes(router: Router, { jobs }: { readonly jobs: Jobs }): void {
  serve(router, api.jobs.list, (_, who) => ({ items: jobs.list(who) }))
  serve(router, api.jobs.cancel, ({ id }, who) => jobs.cancel(who, id))
}
