import { lookup } from 'mime-types'
import type { HtmlMode } from '../contract/html-mode.ts'
import { extensionOf } from './file-name.ts'

/** What a file is, by its name alone, and how it may be shown: what the sender said of it never counts. */

/** The media type for a name; `application/octet-stream` where none is known. */
export const mediaTypeOf = (name: string): string => lookup(extensionOf(name)) || 'application/octet-stream'

/**
 * As what a file is sent to be downloaded. A page that loads it as a script or a style does not ask how it was meant to be
 * shown, so that nothing of that kind is sent under its own name.
 */
export function downloadTypeOf(name: string): string {
  const type = mediaTypeOf(name)
  return activeTypes.test(type) ? 'application/octet-stream' : type
}

const activeTypes =
  /^text\/(css|html|javascript|xml|xsl|cache-manifest)$|^application\/(\S*script|json|wasm|xml|x-shockwave-flash)$|\+(xml|json)$/

/** How a browser may show a file in place: its type and the policy that its page runs under (see `inlineAs`). */
export interface InlineMedia {
  readonly type: string
  readonly policy: string
}

/** No script, no request of its own, an origin that nothing shares. */
export const sandboxPolicy = "default-src 'none'; sandbox"

/** Pages that the server makes by itself: no script, nothing but its own. */
export const serverPagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

/** A page made of Markdown: pictures and styles of this server, links wherever they lead, files to download. */
export const markdownPolicy = [
  "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation',
].join('; ')

const ownMeans = "style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; font-src data:"
const htmlPolicies: Readonly<Record<HtmlMode, string>> = {
  interactive: 'sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads',
  // A picture's address or a new window tells others as much as a form does.
  isolated: `sandbox allow-scripts allow-modals allow-downloads; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; ${ownMeans}; connect-src 'none'; form-action 'none'; base-uri 'none'`,
  static: "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; form-action 'none'",
}

export const htmlPolicy = (mode: HtmlMode): string => `${htmlPolicies[mode]}; frame-ancestors 'self'`

const imagePolicy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
// The browsers' own players and PDF viewers do not start in a sandbox: what they ask for would come from nowhere.
const playerPolicy = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'"
const pdfPolicy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"

const images = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'avif', 'ico']
const recordings = ['mp3', 'wav', 'ogg', 'oga', 'opus', 'm4a', 'flac', 'mp4', 'm4v', 'webm', 'ogv', 'mov']
const texts = ['txt', 'md', 'csv', 'log', 'json', 'xml', 'html', 'htm', 'css', 'js', 'py', 'yaml', 'yml', 'toml', 'ini']

/** How a file of this name may be shown; undefined for what has to be downloaded. Text is shown as its source. */
export function inlineAs(name: string): InlineMedia | undefined {
  const extension = extensionOf(name)
  if (texts.includes(extension)) return sourceText
  if (extension === 'pdf') return { type: 'application/pdf', policy: pdfPolicy }
  if (images.includes(extension)) return { type: mediaTypeOf(name), policy: imagePolicy }
  return recordings.includes(extension) ? { type: mediaTypeOf(name), policy: playerPolicy } : undefined
}

export const sourceText: InlineMedia = { type: 'text/plain; charset=utf-8', policy: sandboxPolicy }
