import type { Context, Middleware } from 'koa'
import type { Audit } from '../audit/audit.ts'
import { apiKeyHeader } from '../contract/api-keys.ts'
import { AppError } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import { nobody } from '../policy.ts'
import { clientOf } from './client.ts'

/**
 * How an API key comes: in a header, and nowhere else. Addresses are kept by browsers, proxies and logs, so a key in one
 * counts as told to others.
 */

/**
 * The key that a request brings; undefined: none. A bearer token of another form is none of ours. Throws `bad_request` for
 * two that differ (RFC 6750, section 3.1).
 */
export function keyIn(ctx: Context): string | undefined {
  const bearer = /^Bearer +(t8_\S*) *$/i.exec(ctx.get('Authorization'))?.[1]
  const header = ctx.get(apiKeyHeader).trim() || undefined
  if (bearer !== undefined && header !== undefined && bearer !== header) {
    throw new AppError('bad_request', `Send one API key: Authorization and ${apiKeyHeader} name two`)
  }
  return bearer ?? header
}

interface RefuseOptions {
  readonly apiKeys: { isAlive(id: string): boolean }
  readonly audit: Audit
  readonly log: Log
}

/** Before anything can keep, send on or act on the address: `bad_request` for one with a key in it. */
export function refuseKeyInAddress({ apiKeys, audit, log }: RefuseOptions): Middleware {
  return async (ctx, next) => {
    const id = keyIdIn(ctx.req.url ?? '')
    if (id === undefined) return next()
    const { address } = clientOf(ctx)
    log.warn(`An API key came in an address, from ${address}: ${id}`)
    // Anybody can make up a key: only one of ours is worth a line for good.
    if (apiKeys.isAlive(id)) await audit.record({ ...nobody, from: address }, 'api_key_in_address', { target: id })
    throw new AppError('bad_request', inAddress)
  }
}

const inAddress =
  'An API key has no place in an address, where others may read it later. ' +
  `Make a new key, remove this one, and send the new one as Authorization: Bearer or ${apiKeyHeader}`

/** A path may hold a link's code, which has at most 50 characters: what is longer is none. A query holds none. */
const inPath = /t8_([0-9A-Za-z]{8})_[\w-]{39}/
const inQuery = /t8_([0-9A-Za-z]{8})_/

/** The id of a key that stands in an address, however it is escaped; undefined: there is none. */
function keyIdIn(url: string): string | undefined {
  const [path = '', query = ''] = unescaped(url).split(/\?(.*)/s)
  return (inPath.exec(path) ?? inQuery.exec(query))?.[1]
}

/** Every escaped ASCII character as itself: a broken escape hides nothing. */
const unescaped = (url: string): string =>
  url.replace(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
