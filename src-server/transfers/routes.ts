import type Router from '@koa/router'
import { api, type HtmlMode } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Imports } from './imports.ts'
import type { Landing } from './landing.ts'
import type { Transfers } from './transfers.ts'

interface TransferRoutesOptions {
  readonly transfers: Transfers
  readonly imports: Imports
  readonly landing: Landing
  readonly htmlMode: () => HtmlMode
}

/** The calls about files on their way in. Files themselves are posted to the links. */
export function transferRoutes(router: Router, { transfers, imports, landing, htmlMode }: TransferRoutesOptions): void {
  serve(router, api.transfers.list, (_, who) => ({ items: transfers.list(who) }))
  serve(router, api.transfers.cancel, ({ id }, who) => transfers.cancel(who, id))
  serve(router, api.transfers.import, (given, who) => imports.start(who, given))
  serve(router, api.uploads.limits, () => ({ ...landing.limits(), htmlMode: htmlMode() }))
}
