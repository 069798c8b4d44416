import type Router from '@koa/router'
import type { Context } from 'koa'
import { api } from '../contract/index.ts'
import { linkExports, NewLinkCode } from '../contract/links.ts'
import { whoOf } from '../http/doors.ts'
import { parseInput, requireAccess, serve } from '../http/serve.ts'
import type { Bulk } from './bulk.ts'
import type { Exchange } from './exchange.ts'

interface ListRoutesOptions {
  readonly bulk: Bulk
  readonly exchange: Exchange
}

/** Calls about many links at once, and whether a code is free. */
export function listRoutes(router: Router, { bulk, exchange }: ListRoutesOptions): void {
  serve(router, api.links.bulk, (change, who) => bulk(who, change))
  serve(router, api.links.importList, (given, who) => exchange.importList(who, given))
  serve(router, api.links.check, ({ code }) => {
    const parsed = NewLinkCode.safeParse(code)
    const reason = parsed.success ? exchange.reasonAgainst(code) : parsed.error.issues[0]?.message
    return { isFree: reason === undefined, reason }
  })

  router.get(linkExports.path, ctx => {
    const context = ctx as unknown as Context
    const who = requireAccess(whoOf(context), api.links.list.access, 'links:read')
    const query = parseInput(linkExports.query, { ...ctx.query })
    context.attachment(`links.${query.format}`)
    context.set('Cache-Control', 'no-store')
    context.type = query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8'
    context.body = exchange.exportList(who, query)
  })
}
