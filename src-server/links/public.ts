import type Router from '@koa/router'
import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import { RedirectUrl, reservedCodes } from '../contract/links.ts'
import type { Assets } from '../storage/assets.ts'
import { sendFile } from './download.ts'
import { cleanFileName } from './file-name.ts'
import { type InlineMedia, inlineAs, sourceText } from './media.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore } from './store.ts'
import type { Visits } from './visits.ts'

/**
 * `GET /CODE`, for everyone: redirects and files. What is unknown, expired, disabled, used up or asks for a password
 * gets one and the same 404. Nothing that a user put in ever runs in this origin.
 */

interface PublicOptions {
  readonly linkStore: LinkStore
  readonly visits: Visits
  readonly assets: Assets
}

export function publicRoutes(router: Router, options: PublicOptions): void {
  router.get('/:code', async (ctx, next) => {
    const code = decode(ctx.path.slice(1))
    if (reservedCodes.has(code.toLowerCase())) return next()
    await answer(ctx as unknown as Context, code, options)
  })
}

async function answer(ctx: Context, code: string, { linkStore, visits, assets }: PublicOptions): Promise<void> {
  const entry = linkStore.find(code)
  if (!entry && linkStore.isReserved(code)) throw notReady(code)
  if (!entry || !isOpen(entry, visits)) throw notFound(code)
  if (entry.record.type !== 'redirect') return sendAsset(ctx, entry, { visits, assets })
  const location = locationOf(entry)
  if (location === undefined) throw notFound(code)
  if (ctx.method === 'GET') visits.record(code)
  ctx.set({ Location: location, 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' })
  ctx.status = 302
  ctx.body = ''
}

async function sendAsset(
  ctx: Context,
  { code, owner, record }: Entry,
  { visits, assets }: Omit<PublicOptions, 'linkStore'>,
) {
  const { type, path } = record
  const file = isServed(type) && path !== undefined ? await assets.open(owner, path) : undefined
  if (!file) throw notFound(code)
  const name = cleanFileName(record.originalFilename ?? code)
  await sendFile(ctx, { file, name, inline: inlineFor(ctx, type, name), onStart: () => visits.record(code) })
}

const isServed = (type: string) => type === 'file' || type === 'markdown' || type === 'html'

/** Pages are shown as their source: a page of a user never runs here. */
function inlineFor(ctx: Context, type: string, name: string): InlineMedia | undefined {
  if (type !== 'file') return sourceText
  return ctx.query.inline === '1' ? inlineAs(name) : undefined
}

function isOpen({ code, record }: Entry, visits: Visits): boolean {
  const { enabled, isProtected, expiresAt, maxVisits } = record
  if (!enabled || isProtected) return false
  if (expiresAt !== undefined && expiresAt.getTime() < Date.now()) return false
  return maxVisits === undefined || visits.of(code).count < maxVisits
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

/** Composed, as codes are kept: some systems take letters and their accents apart. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path).normalize('NFC')
  } catch (cause) {
    throw new AppError('bad_request', 'This address cannot be read', { cause })
  }
}
