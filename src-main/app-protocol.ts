/**
 * What answers `app://trunk8/`: the built UI from the disk, and the server's `/api/` and `/auth/` through its private
 * door. Both directions stream, so that server-sent events arrive as they are sent.
 */
import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request as openRequest } from 'node:http'
import { extname, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { protocol } from 'electron'
import { contentType } from 'mime-types'
import { htmlPreview } from '../src-server/contract/html-preview.ts'
import { AppError, toProblem } from '../src-server/contract/index.ts'
import { homeUrl } from './lockdown.ts'
import type { Log } from './log.ts'

const { host: ourHost } = new URL(homeUrl)

const contentSecurityPolicy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** All that the page may say about its request; cookies, Authorization and hop-by-hop headers are not among it. */
const forwardedHeaders =
  /^(accept|accept-language|cache-control|content-length|content-type|if-match|if-modified-since|if-none-match|last-event-id|range|x-trunk8-.+)$/

/** What of the server's answer stays behind: its connection's business, and cookies, which the window does not need. */
const droppedHeaders = /^(connection|keep-alive|proxy-.+|set-cookie|te|trailer|transfer-encoding|upgrade)$/

/** To be called before `ready`. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: new URL(homeUrl).protocol.slice(0, -1), privileges }])
}

export interface AppProtocolOptions {
  /** Folder of the built UI. */
  readonly uiDir: string
  /** The server's private door, and what it knows the window by. */
  readonly door: { readonly socketPath: string; readonly windowToken: string }
  readonly log: Log
}

/** To be called once, after `ready` and before the first window. */
export function serveApp({ uiDir, door, log }: AppProtocolOptions): void {
  protocol.handle('app', async request => {
    const url = new URL(request.url)
    try {
      if (url.host !== ourHost) throw new AppError('not_found', 'There is nothing here')
      return isForServer(url.pathname) ? await forward(request, url, door) : await serveFile(request, url, uiDir)
    } catch (error) {
      if (!(error instanceof AppError)) log.error(`${request.method} ${url.pathname} failed`, error)
      return refuse(error instanceof AppError ? error : new AppError('internal', 'The page could not be read'))
    }
  })
}

const isForServer = (pathname: string): boolean => pathname.startsWith('/api/') || pathname.startsWith('/auth/')

async function serveFile(request: Request, url: URL, uiDir: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new AppError('method_not_allowed', 'This can only be read')
  }
  const file = findFile(url.pathname, uiDir)
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') throw new AppError('not_found', 'There is nothing here')
    throw error
  })
  const type = contentType(extname(file)) || 'application/octet-stream'
  const policy =
    url.pathname === htmlPreview.path
      ? { 'content-security-policy': htmlPreview.policyOf(url.searchParams.get('mode')) }
      : {}
  const headers = { 'content-type': type, 'cache-control': 'no-cache', ...securityHeaders, ...policy }
  return new Response(bytes, { headers })
}

/** Path of a URL → file inside the UI's folder. Throws `not_allowed` for whatever leads out of it. */
function findFile(pathname: string, uiDir: string): string {
  const path = decode(pathname === '/' ? '/index.html' : pathname)
  const file = resolve(uiDir, `.${path}`)
  // Backslashes, colons and NUL mean something to one system or another that the check below cannot see.
  if (!file.startsWith(uiDir + sep) || /[\\:\0]/.test(path))
    throw new AppError('not_allowed', 'This is not yours to see')
  return file
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    throw new AppError('bad_request', 'This address is written wrongly')
  }
}

async function forward(request: Request, url: URL, door: AppProtocolOptions['door']): Promise<Response> {
  refuseImports(url.pathname)
  const incoming = await send(request, url, door)
  const status = incoming.statusCode ?? 500
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    if (!droppedHeaders.test(name)) headers.set(name, (value ?? []).join(', '))
  }
  for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value)
  const isEmpty = status === 204 || status === 205 || status === 304
  return new Response(isEmpty ? null : toWebStream(incoming), { status, headers })
}

/** The server refuses the window's token here as well; a path from the page does not even get that far. */
function refuseImports(pathname: string): void {
  const plain = decode(pathname).toLowerCase().replace(/\/+/g, '/')
  if (/^\/api\/v1\/imports(\/|$)/.test(plain)) throw new AppError('not_allowed', 'This is not yours to do')
}

function send(request: Request, url: URL, door: AppProtocolOptions['door']): Promise<IncomingMessage> {
  const headers: Record<string, string> = { authorization: `Bearer ${door.windowToken}` }
  for (const [name, value] of request.headers) if (forwardedHeaders.test(name)) headers[name] = value
  return new Promise((answered, failed) => {
    const outgoing = openRequest({
      socketPath: door.socketPath,
      // A connection of its own: one kept from before may belong to a server that has died since.
      agent: false,
      method: request.method,
      path: url.pathname + url.search,
      headers,
      signal: request.signal,
    })
    outgoing.on('response', answered)
    outgoing.on('error', () => failed(new AppError('not_ready', 'The sharing service is not running yet')))
    if (!request.body) return outgoing.end()
    pipeline(Readable.fromWeb(request.body as WebStream), outgoing).catch(() => outgoing.destroy())
  })
}

/** Ends the server's answer when the page stops listening. */
function toWebStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return Readable.toWeb(incoming) as ReadableStream<Uint8Array>
}

function refuse(error: AppError): Response {
  const problem = toProblem(error)
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...securityHeaders }
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
