import type Router from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import { LinkOpening, RedirectUrl, reservedCodes } from '../contract/links.ts'
import { readBody } from '../http/body.ts'
import { renderQr } from '../http/qr.ts'
import { parseInput } from '../http/serve.ts'
import { renderAbout } from './about.ts'
import type { Expiry } from './expiry.ts'
import { cleanFileName } from './file-name.ts'
import type { Gate, Passage } from './gate.ts'
import { sandboxPolicy, serverPagePolicy } from './media.ts'
import { hasFile, type PageOptions, sendAsset } from './send-asset.ts'
import type { Entry } from './shelf.ts'
import { addressOf, showGate } from './show-gate.ts'
import type { LinkStore } from './store.ts'
import type { Visits } from './visits.ts'

/**
 * What stands behind a code, for everyone: `/CODE` itself, `/CODE+` about it, and its QR code. What is unknown, expired,
 * disabled or used up gets one and the same 404, and where there is a gate its page comes first. Nothing that a user put
 * in ever runs in this origin.
 */

interface PublicOptions extends PageOptions {
  readonly linkStore: LinkStore
  readonly visits: Visits
  readonly gate: Gate
  /** Takes away what has expired. */
  readonly expiry: Pick<Expiry, 'sweep'>
  /** Name of the instance. */
  readonly name: () => string
  readonly hosts: { contentOrigin(host: string): string | undefined }
  readonly sharing: { readonly shareUrl: (code: string) => string }
}

export function publicRoutes(router: Router, options: PublicOptions): void {
  router.get('/', async (ctx, next) => {
    const { code } = ctx.query
    if (typeof code !== 'string') return next()
    ctx.status = 303
    ctx.set('Location', `/${encodeURIComponent(codeIn(code))}`)
    ctx.body = ''
  })
  router.get('/:code', async (ctx, next) => {
    const code = decode(ctx.path.slice(1))
    if (reservedCodes.has(code.toLowerCase())) return next()
    const isAbout = code.endsWith('+') && !options.linkStore.find(code)
    if (isAbout) await answerAbout(ctx as unknown as Context, code.slice(0, -1), options)
    else await answer(ctx as unknown as Context, code, options)
  })
  router.post('/:code', async (ctx, next) => {
    const code = decode(ctx.path.slice(1))
    if (reservedCodes.has(code.toLowerCase())) return next()
    await unlock(ctx as unknown as Context, code, options)
  })
  router.get('/:code/qr.svg', async (ctx, next) => {
    const code = decode(ctx.path.split('/')[1] ?? '')
    if (reservedCodes.has(code.toLowerCase())) return next()
    await answerQr(ctx as unknown as Context, code, options)
  })
}

async function answer(ctx: Context, code: string, options: PublicOptions): Promise<void> {
  const entry = requireOpen(code, options)
  const elsewhere = contentOrigin(ctx, entry, options)
  if (elsewhere !== undefined) return redirect(ctx, `${elsewhere}${addressOf(ctx, code)}`)
  const passage = await enter(ctx, entry, { ...options, isVisit: true })
  if (passage === 'ask') return showGate(ctx, { code, entry }, options)
  const onStart = passage === 'visit' ? () => options.visits.record(entry.code) : () => {}
  if (entry.record.type !== 'redirect') {
    if (!(await sendAsset(ctx, entry, { ...options, onStart }))) throw notFound(code)
    return
  }
  const location = locationOf(entry)
  if (location === undefined) throw notFound(code)
  if (ctx.method === 'GET') onStart()
  redirect(ctx, location)
}

function redirect(ctx: Context, location: string): void {
  ctx.set({ Location: location, 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' })
  ctx.status = 302
  ctx.body = ''
}

/** Where a page is to be shown that somebody wrote, if not here. What it asks of visitors first, it asks there. */
const contentOrigin = (ctx: Context, { record }: Entry, { hosts }: PublicOptions): string | undefined =>
  record.type === 'html' && ctx.query.raw !== '1' ? hosts.contentOrigin(ctx.get('Host')) : undefined

/** As the gate says. A link that leads nowhere is not found before anybody is asked for a password. */
async function enter(
  ctx: Context,
  entry: Entry,
  { isVisit, ...options }: PublicOptions & { readonly isVisit: boolean },
): Promise<Passage> {
  if (options.gate.isGated(entry)) await requireTarget(entry, options)
  return options.gate.enter(ctx, entry, { isVisit })
}

/** The form of a gate's page: counts the opening, and sends the browser on with what lets it in. */
async function unlock(ctx: Context, code: string, options: PublicOptions): Promise<void> {
  const entry = requireOpen(code, options)
  const passage = await enter(ctx, entry, { ...options, isVisit: false })
  if (passage === 'ask') {
    const { password } = parseInput(LinkOpening, await readBody(ctx, { kinds: ['form'] }))
    if (!(await options.gate.open(ctx, entry, password))) return showGate(ctx, { code, entry, isWrong: true }, options)
    ctx.append('Set-Cookie', options.gate.cookiesFor(ctx, entry, `/${encodeURIComponent(code)}`))
  }
  ctx.set({ Location: addressOf(ctx, code), 'Cache-Control': 'no-store' })
  ctx.status = 303
  ctx.body = ''
}

/** About a link; to look here is no visit. */
async function answerAbout(ctx: Context, code: string, options: PublicOptions): Promise<void> {
  const entry = requireOpen(code, options)
  if ((await enter(ctx, entry, { ...options, isVisit: false })) === 'ask')
    return showGate(ctx, { code, entry }, options)
  const fileSize = await requireTarget(entry, options)
  const { originalFilename } = entry.record
  ctx.set({
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': serverPagePolicy,
    'Referrer-Policy': 'no-referrer',
  })
  ctx.type = 'text/html; charset=utf-8'
  ctx.body = renderAbout({
    ...{ code, record: entry.record, fileSize },
    instance: options.name(),
    fileName: originalFilename === undefined ? undefined : cleanFileName(originalFilename),
    by: options.nameOf(entry.owner),
    shareUrl: options.sharing.shareUrl(code),
  })
}

async function answerQr(ctx: Context, code: string, options: PublicOptions): Promise<void> {
  const entry = requireOpen(code, options)
  await requireTarget(entry, options)
  await enter(ctx, entry, { ...options, isVisit: false })
  ctx.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': sandboxPolicy })
  ctx.type = 'image/svg+xml'
  ctx.body = renderQr(options.sharing.shareUrl(code))
}

function requireOpen(code: string, { linkStore, expiry }: PublicOptions): Entry {
  const entry = linkStore.find(code)
  if (!entry && linkStore.isReserved(code)) throw notReady(code)
  // The clock may have been set forward since the last look.
  if (entry && isOver(entry)) void expiry.sweep()
  if (!entry?.record.enabled || isOver(entry)) throw notFound(code)
  return entry
}

const isOver = ({ record: { expiresAt } }: Entry): boolean =>
  expiresAt !== undefined && expiresAt.getTime() <= Date.now()

/** Bytes of the file behind a link; undefined for a redirect. Throws `not_found` where a visitor would get nothing. */
async function requireTarget(entry: Entry, { assets }: PublicOptions): Promise<number | undefined> {
  const { code, owner, record } = entry
  if (record.type === 'redirect') {
    if (locationOf(entry) === undefined) throw notFound(code)
    return undefined
  }
  const file = hasFile(record.type) && record.path !== undefined ? await assets.open(owner, record.path) : undefined
  await file?.handle.close()
  if (!file) throw notFound(code)
  return file.stats.size
}

const locations = new WeakMap<Entry, { readonly location: string | undefined }>()

/** The target as a header may carry it (RFC 3986, RFC 9110 section 10.2.2); undefined for one that nobody should be sent to. */
function locationOf(entry: Entry): string | undefined {
  const known = locations.get(entry)
  if (known) return known.location
  const url = RedirectUrl.safeParse(entry.record.url)
  const location = url.success ? encodeTarget(url.data) : undefined
  locations.set(entry, { location })
  return location
}

/** A target that is fit to send stays as its owner wrote it. */
function encodeTarget(url: string): string {
  const foreign = /[^\w\-.~:/?#[\]@!$&'()*+,;=%]/g
  if (!foreign.test(url)) return url
  return new URL(url).href.replace(foreign, character => encodeURIComponent(character))
}

const notFound = (code: string) => new AppError('not_found', `There’s no link called ${code}`)

const notReady = (code: string) => new AppError('not_ready', `/${code} is still on its way. Try again in a moment`)

/** What a person typed, be it a code, `/code` or a whole address → the code. Throws `not_found` for what cannot be one. */
function codeIn(typed: string): string {
  const code = (
    typed
      .trim()
      .replace(/[?#].*$/, '')
      .split('/')
      .filter(Boolean)
      .at(-1) ?? ''
  ).normalize('NFC')
  if (!/^[\p{L}\p{M}\p{N}_.+-]{1,300}$/u.test(code) || /^\.+$/.test(code)) throw notFound(code.slice(0, 50))
  return code
}

/** Composed, as codes are kept: some systems take letters and their accents apart. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path).normalize('NFC')
  } catch (cause) {
    throw new AppError('bad_request', 'This address cannot be read', { cause })
  }
}
