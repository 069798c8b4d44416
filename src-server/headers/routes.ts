import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import type { SecurityHeaders } from '../http/headers.ts'
import { serve } from '../http/serve.ts'

interface HeaderServices {
  /** Those that are in force. */
  readonly headers: () => SecurityHeaders
}

/** Shows what guards every answer, as it is sent. */
export function headerRoutes(router: Router, { headers }: HeaderServices): void {
  serve(router, api.headers.list, () => ({
    items: Object.entries(headers()).map(([name, value]) => ({ name, value })),
  }))
}
