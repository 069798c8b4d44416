import type { Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { reservedCodes } from '../contract/links.ts'
import { listenerOf } from './doors.ts'
import type { Hosts } from './hosts.ts'

/**
 * A second name of this server, for what people share alone: a page that got out of its sandbox there would find no
 * interface, no call and no cookie in its origin. The name answers to links and to what their pages are made of.
 */
interface ContentHostOptions {
  readonly hosts: Pick<Hosts, 'isContent'>
  /** Paths besides those of links. */
  readonly open: readonly string[]
}

/** `not_found` for everything else that is asked for by that name. */
export function keepToLinks({ hosts, open }: ContentHostOptions): Middleware {
  return async (ctx, next) => {
    if (listenerOf(ctx) !== 'lan' || !hosts.isContent(ctx.get('Host'))) return next()
    if (!open.includes(ctx.path) && !isOfLink(ctx.path, ctx.query.code)) {
      throw new AppError('not_found', 'There’s nothing at this address')
    }
    await next()
  }
}

/** `/CODE`, `/CODE+`, its QR code, and the form on a page that finds no link. */
function isOfLink(path: string, code: unknown): boolean {
  if (path === '/') return typeof code === 'string'
  const [, first] = /^\/([^/]+)(\/qr\.svg)?$/.exec(path) ?? []
  return first !== undefined && !reservedCodes.has(first.toLowerCase())
}
