import type { IncomingMessage } from 'node:http'
import type { Middleware } from 'koa'
import { AppError } from '../contract/errors.ts'
import { maxHeaders } from './http-servers.ts'

/**
 * Refuses what a parser lets through and what two programs could read in two ways, so that a proxy before us and we never
 * see two different requests in one (RFC 9112, sections 3.2, 6.1 and 11.2; RFC 9113, section 8.3.1). From then on
 * `headers.host` is the one name that was asked for, over HTTP/2 too. Throws `bad_request` and `headers_too_large`.
 */
export function requireWellFormed(): Middleware {
  return async ({ req }, next) => {
    if (req.rawHeaders.length > 2 * maxHeaders)
      throw new AppError('headers_too_large', 'This request has too many headers')
    const version = req.httpVersionMajor
    if (version < 1 || (version > 1 && !isHttp2(req))) throw new AppError('bad_request', 'There is no such HTTP')
    requireOneLength(req)
    req.headers.host = requireHost(req)
    requireTarget(req)
    await next()
  }
}

/** Its text says 2.0 on a connection where nobody speaks it. */
const isHttp2 = (req: IncomingMessage): boolean => 'stream' in req

/** How long a body is has to be beyond doubt. */
function requireOneLength({ headers, httpVersion }: IncomingMessage): void {
  const coding = headers['transfer-encoding']
  if (coding === undefined) return
  if (httpVersion === '1.0' || coding.toLowerCase() !== 'chunked' || headers['content-length'] !== undefined) {
    throw new AppError('bad_request', 'How long this request’s body is cannot be told')
  }
}

/** The one host that is asked for, as it was written. */
function requireHost(req: IncomingMessage): string {
  const hosts = valuesOf(req, 'host')
  const [authority, ...more] = valuesOf(req, ':authority')
  const [host] = authority === undefined ? hosts : [authority]
  const isContradicted = hosts.length > 1 || more.length > 0 || hosts.some(it => it !== host)
  if (host === undefined || isContradicted) throw new AppError('bad_request', 'A request needs exactly one Host header')
  return host
}

const valuesOf = ({ rawHeaders }: IncomingMessage, name: string): string[] =>
  rawHeaders.filter((_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === name)

/**
 * Whether a request's target has one of the forms that there are (RFC 9112, section 3.2): a path without a fragment, a
 * whole address, or `*`. To be asked before anything else looks at it: what takes targets apart throws at others, where
 * nothing could answer any more.
 */
export const isTarget = (target: string): boolean =>
  /^(\/[^\s#]*|\*)$/.test(target) || (/^https?:\/\/[\w.:[\]-]+([/?][^\s#]*)?$/i.test(target) && URL.canParse(target))

/** A path, after a name of the server or without it, with no sign that ends a text elsewhere and no broken escape. */
function requireTarget({ url = '' }: IncomingMessage): void {
  const [path = ''] = url.replace(/^https?:\/\/[^/?#]+/i, '').split('?', 1)
  const isPath = path.startsWith('/') || (path === '' && url !== '')
  if (!isPath || !isDecodable(path)) throw new AppError('bad_request', 'This address cannot be read')
}

function isDecodable(path: string): boolean {
  if (!path.includes('%')) return true
  try {
    return !decodeURIComponent(path).includes('\0')
  } catch {
    return false
  }
}
