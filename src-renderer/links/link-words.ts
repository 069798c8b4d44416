/** A link in words and drawings: what it shares, what kind it is, whether it opens. */
import type { HtmlMode } from '../../src-server/contract/html-mode.ts'
import type { Link } from '../../src-server/contract/links.ts'
import { formatCount, formatMany, formatSize, spanUntil, withoutScheme } from '../lib/format.ts'
import { fileIcon } from '../ui/file-icon.ts'
import type { IconName } from '../ui/icons.ts'

/** What it shares, as people would say it: its title, its file's name or where it goes. */
export function sharedName(link: Link): string {
  return link.title || link.originalFilename || (link.url ? withoutScheme(link.url) : kindOf(link).toLowerCase())
}

export function linkIcon(link: Link): IconName {
  if (link.type === 'redirect') return 'link-45deg'
  if (link.type === 'markdown') return 'markdown'
  if (link.type === 'html') return 'filetype-html'
  return fileIcon(link.originalFilename ?? '', link.mimeType)
}

const previews: readonly (readonly [kind: PreviewKind, endings: RegExp])[] = [
  ['image', /\.(png|jpe?g|gif|webp|avif|bmp|ico)$/i],
  ['video', /\.(mp4|m4v|webm|ogv|mov)$/i],
  ['audio', /\.(mp3|wav|ogg|oga|opus|m4a|flac)$/i],
  ['pdf', /\.pdf$/i],
  ['text', /\.(txt|md|csv|log|json|xml|html?|css|js|py|ya?ml|toml|ini)$/i],
]
export type PreviewKind = 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'page'
/** Bytes of a picture that is loaded only to be glanced at. */
const largestPicture = 30_000_000

/** How a link may be shown beside the list; `undefined` where a browser shows nothing of it. */
export function previewKind({ type, originalFilename = '', fileSize = 0 }: Link): PreviewKind | undefined {
  if (type === 'markdown' || type === 'html') return 'page'
  if (type !== 'file') return undefined
  const kind = previews.find(([, endings]) => endings.test(originalFilename))?.[0]
  return kind === 'image' && fileSize > largestPicture ? undefined : kind
}

/** Whether it leads to bytes that can be replaced: not so a redirect, nor a kind that we do not know. */
export const hasContent = ({ type }: Link): boolean => type === 'file' || type === 'markdown' || type === 'html'

export function kindOf({ type }: Link): string {
  return { redirect: 'Redirect', file: 'File', markdown: 'Markdown page', html: 'HTML page' }[type] ?? type
}

/** What each mode lets an HTML page do. */
export const htmlModeWords: Readonly<Record<HtmlMode, string>> = {
  interactive: 'Run scripts, load and send anything',
  isolated: 'Run scripts, load and send nothing',
  static: 'Show text and pictures, no scripts',
}

/** Second line of a card: `Floor plan.pdf · 4.2 MB`, `Goes to meet.jit.si/x · 12 visits`. */
export function cardDetail(link: Link): string {
  const name = link.type === 'redirect' && !link.title ? `Goes to ${sharedName(link)}` : sharedName(link)
  const facts = [
    ...(link.fileSize === undefined ? [] : [formatSize(link.fileSize)]),
    ...(link.visits > 0 ? [formatMany(link.visits, 'visit')] : []),
  ]
  return [name, ...facts].join(' · ')
}

export interface LinkState {
  readonly word: string
  readonly tone: 'ok' | 'bad' | 'off'
}

/** Whether it opens now, and if not, why. */
export function linkState(link: Link, now: number): LinkState {
  if (!link.enabled) return { word: 'Paused', tone: 'off' }
  if (link.expiresAt && Date.parse(link.expiresAt) <= now) return { word: 'Expired', tone: 'bad' }
  if (visitsLeft(link) === 0) return { word: leftWord(0), tone: 'bad' }
  return { word: 'Active', tone: 'ok' }
}

export function whoCanOpen(link: Link, now: number): string {
  if (linkState(link, now).tone !== 'ok') return 'Nobody for now'
  return link.protected ? 'Anyone with the password' : 'Anyone on this network'
}

/** What people do with it. */
export const openingOf = ({ type }: Pick<Link, 'type'>): 'download' | 'visit' =>
  type === 'file' ? 'download' : 'visit'

/** How many may still open it; `undefined`: as many as want. */
export const visitsLeft = ({ visits, maxVisits }: Link): number | undefined =>
  maxVisits === undefined ? undefined : Math.max(0, maxVisits - visits)

/** 0 → `Used up`, 1 → `One left`, 1284 → `1,284 left`. */
export function leftWord(left: number): string {
  if (left === 0) return 'Used up'
  return left === 1 ? 'One left' : `${formatCount(left)} left`
}

/** What a limit means: `One download. It counts when somebody presses Download.` */
export function whenItCounts(link: Link, count: number): string {
  const opening = openingOf(link)
  const many = count === 1 ? `One ${opening}` : formatMany(count, opening)
  const act = link.protected ? 'enters the password' : `presses ${opening === 'download' ? 'Download' : 'Open'}`
  return `${many}. ${count === 1 ? 'It counts' : 'Each counts'} when somebody ${act}.`
}

export interface Expires {
  /** Under the heading Expires: `in 21 h`, `Never`. */
  readonly word: string
  /** On its own: `21 h left`, `No expiry`. */
  readonly phrase: string
  readonly tone: '' | 'muted' | 'warn' | 'bad'
}

export function expires(link: Link, now: number): Expires {
  const { word, tone } = linkState(link, now)
  if (tone === 'bad') return { word, phrase: word, tone: 'bad' }
  if (tone === 'off') return { word, phrase: word, tone: 'muted' }
  const left = visitsLeft(link)
  if (left === 1) return { word: leftWord(left), phrase: leftWord(left), tone: 'warn' }
  if (left !== undefined && !link.expiresAt) return { word: leftWord(left), phrase: leftWord(left), tone: '' }
  if (!link.expiresAt) return { word: 'Never', phrase: 'No expiry', tone: 'muted' }
  const span = spanUntil(link.expiresAt, now)
  return { word: `in ${span}`, phrase: `${span} left`, tone: '' }
}
