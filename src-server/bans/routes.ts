import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { serve } from '../http/serve.ts'
import type { Bans } from './bans.ts'

/** The calls about who is kept out. */
export function banRoutes(router: Router, { bans }: { readonly bans: Bans }): void {
  serve(router, api.bans.list, () => bans.list())
  serve(router, api.bans.create, (given, who) => bans.ban(who, given))
  serve(router, api.bans.remove, ({ address }, who) => bans.unban(who, address))
}
