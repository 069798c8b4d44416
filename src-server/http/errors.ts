import { randomBytes } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import { AppError, type ErrorCode, toProblem } from '../contract/errors.ts'
import type { Log } from '../log.ts'
import type { SecurityHeaders } from './headers.ts'
import { lingerAfterAnswer } from './linger.ts'
import { type Html, html, renderPage } from './pages.ts'
import { answerInstead, breakOff, internal } from './raw-answer.ts'

/**
 * The one exit for everything that goes wrong: problem+json (RFC 9457) for programs, a page for people who follow a link.
 * What nobody foresaw is logged with its stack under a short id, and the caller hears the id alone.
 */
interface ErrorExitOptions {
  readonly log: Log
  /** Name of the instance, for pages. */
  readonly name: () => string
}

export function answerErrors(options: ErrorExitOptions): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.body === undefined || ctx.body === null) refuseUnanswered(ctx)
    } catch (error) {
      answerError(ctx, toAppError(error, ctx, options.log), options)
    }
  }
}

/** Whether a person looks at the answer: a browser that goes to a page. */
export const wantsPage = (ctx: Context): boolean =>
  !/^\/api(\/|$)/.test(ctx.path) && ctx.accepts('application/json', 'text/html') === 'text/html'

/** The router leaves what it cannot serve as a bare status, with `Allow` where another method would do. */
function refuseUnanswered(ctx: Context): void {
  if (ctx.status === 405 || ctx.status === 501) {
    throw new AppError('method_not_allowed', `This address does not take ${ctx.method}`)
  }
  if (ctx.status === 404) throw new AppError('not_found', 'There’s nothing at this address')
}

function answerError(ctx: Context, error: AppError, { name }: ErrorExitOptions): void {
  if (ctx.headerSent) {
    breakOff(ctx.res)
    return
  }
  lingerAfterAnswer(ctx.req, ctx.res)
  const problem = toProblem(error)
  ctx.status = problem.status
  ctx.set('Cache-Control', 'no-store')
  for (const header of ofTheAnswerThatFailed) ctx.remove(header)
  const challenge = challenges[error.code]
  if (challenge) ctx.set('WWW-Authenticate', challenge)
  const retryAfter = error.retryAfter ?? (problem.status === 503 ? 2 : undefined)
  if (retryAfter !== undefined && !ctx.response.get('Retry-After')) ctx.set('Retry-After', String(retryAfter))
  if (wantsPage(ctx)) {
    ctx.set('Content-Security-Policy', pagePolicy)
    ctx.type = 'text/html; charset=utf-8'
    ctx.body = renderPage({ name: name(), ...wordsFor(error, ctx) })
  } else {
    ctx.body = JSON.stringify(problem)
    ctx.type = 'application/problem+json'
  }
}

/** The form's answer may be a redirect to elsewhere, which `form-action` would have to name. */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'self'"

/** What a program is told of how to come in (RFC 6750, section 3); no browser asks for a password at these. */
const challenges: Partial<Record<ErrorCode, string>> = {
  sign_in_required: 'Bearer',
  bad_api_key: 'Bearer error="invalid_token"',
  scope_missing: 'Bearer error="insufficient_scope"',
}

const ofTheAnswerThatFailed = [
  ...['Content-Length', 'Content-Encoding', 'Transfer-Encoding', 'Content-Disposition', 'ETag', 'Last-Modified'],
]

function wordsFor(error: AppError, { path, method }: Context) {
  const home = html`<a class="button quiet" href="/">Go to the start page</a>`
  const lead = sentence(error.message)
  if (error.code === 'not_found') {
    const foot = 'Still lost? Ask the person who sent you the link.'
    return { heading: error.message, lead: 'It may have expired, or a letter slipped.', body: codeForm(path), foot }
  }
  if (error.code === 'rate_limited') {
    const page = { icon: clock, heading: 'Wait a moment', lead }
    // Whoever only looks need not press anything.
    if (method === 'GET')
      return { ...page, foot: 'This page tries again by itself.', refreshAfter: error.retryAfter ?? 1 }
    const again = path.startsWith('/auth/') ? '/' : path
    return { ...page, body: html`<a class="button" href="${again}">Try again</a>` }
  }
  if (error.code === 'banned') {
    const foot = 'Is that a mistake? Whoever runs this Trunk8 can let you in again at once.'
    return { icon: stop, heading: 'You’re shut out for now', lead, foot }
  }
  if (error.code === 'not_ready') return { heading: 'Almost there', lead, refreshAfter: 2 }
  if (error.code === 'provider_failed') {
    return {
      heading: 'Signing in there does not work now',
      lead,
      body: html`<a class="button" href="/">Sign in with your password</a>`,
    }
  }
  if (error.code === 'bad_credentials') {
    return { heading: 'That’s not it', lead, body: html`<a class="button" href="/">Try again</a>` }
  }
  if (error.code === 'address_not_allowed')
    return { icon: stop, heading: 'You can’t sign in from here', lead, body: home }
  // Every address of ours that a button could lead to has the same unknown name.
  if (error.code === 'unknown_host') return { heading: 'Trunk8 goes by another name', lead: unknownName }
  return { heading: toProblem(error).title, lead, body: home }
}

const unknownName =
  'It does not answer to the name in this address. Ask for its right one. If you run it, you can add this name under Settings › Sharing › Further names.'

const sentence = (message: string): string => (/[.?!…]$/.test(message) ? message : `${message}.`)

const clock = html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3.5 2"/></svg>`

const stop = html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM8 12h8"/></svg>`

/** A way to try again, filled in with the code that the address asked for. Answered by `GET /?code=`. */
function codeForm(path: string): Html {
  const code = /^\/([^/]+)$/.exec(path)?.[1] ?? ''
  return html`<form class="again" action="/">
<label for="code">Type the code again</label>
<div class="row">
<input id="code" name="code" value="${decoded(code)}" required autocapitalize="none" autocomplete="off" spellcheck="false">
<button>Open</button>
</div>
</form>`
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

function toAppError(error: unknown, ctx: Context, log: Log): AppError {
  if (error instanceof AppError && error.code !== 'internal') return error
  const known = error instanceof Error && fromHttpError(error)
  if (known) return known
  const id = randomBytes(4).toString('hex')
  log.error(`${id} ${ctx.method} ${ctx.path} failed`, error)
  const message =
    error instanceof AppError ? error.message : `Something went wrong here. The log tells more under ${id}`
  return new AppError('internal', message, { cause: error, id })
}

const codeOf: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  422: 'invalid_input',
}

/** What Koa and its packages throw about a bad request → ours; undefined for everything else. */
function fromHttpError(error: object): AppError | undefined {
  const { status, expose } = error as { status?: number; expose?: boolean }
  const code = expose ? codeOf[status ?? 0] : undefined
  return code && new AppError(code, messageOf[code] ?? 'This request cannot be read', { cause: error })
}

const messageOf: Partial<Record<ErrorCode, string>> = {
  not_found: 'There’s nothing at this address',
  body_too_large: 'This is more than can be taken here',
  unsupported_media_type: 'Send JSON, with Content-Type: application/json',
}

/**
 * What goes wrong after everything else, when the answer is already being sent: logged, and the connection is cut, since
 * a client must not take half an answer for the whole. A visitor who leaves is no error.
 */
export function answerLateErrors({ log, headers }: LateErrorOptions): (this: Context, error: Error | null) => void {
  return function (error) {
    if (!error) return
    const { code } = error as NodeJS.ErrnoException
    const hasLeft = leavings.includes(code ?? '')
    if (hasLeft) log.debug(`${this.method} ${this.path}: the visitor left`)
    else log.error(`${this.method} ${this.path} broke off`, error)
    if (this.res.writableEnded) return
    if (this.headerSent || hasLeft) breakOff(this.res)
    else answerInstead(this.req, this.res, { status: 500, error: internal, headers: headers() })
  }
}

interface LateErrorOptions {
  readonly log: Log
  readonly headers: () => SecurityHeaders
}

const leavings = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_HTTP2_INVALID_STREAM']
