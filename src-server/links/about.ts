import { type Html, html, renderPage } from '../http/pages.ts'
import { extensionOf } from './file-name.ts'
import { inlineAs } from './media.ts'
import type { LinkRecord } from './record.ts'

/** `/CODE+`: what a link is and how to open it, for people who want to know before they do; and its QR code. */
export interface About {
  readonly code: string
  readonly record: LinkRecord
  /** Bytes; absent for a redirect. */
  readonly fileSize: number | undefined
  /** As it may be shown. */
  readonly fileName: string | undefined
  /** Name of the instance. */
  readonly instance: string
  /** Who shared it. */
  readonly by: string | undefined
  readonly shareUrl: string
}

/** A whole document. */
export function renderAbout(about: About): string {
  const { code, record, fileName, instance, shareUrl } = about
  return renderPage({
    name: instance,
    heading: record.title || (record.type === 'file' && fileName) || `/${code}`,
    lead: summary(about),
    icon: icons[record.type] ?? icons.file,
    body: html`${actions(about)}
<ul class="facts">
${facts(about).map(fact => html`<li>${fact}</li>\n`)}
</ul>
<figure class="qr">
<img src="/${encodeURIComponent(code)}/qr.svg" width="176" height="176" alt="QR code of ${shareUrl}">
<figcaption>Scan to open it on another device</figcaption>
</figure>`,
    foot: shareUrl.replace(/^https?:\/\//, ''),
  })
}

/** `PDF · 4.2 MB · from Ana Lindqvist` */
function summary({ record, fileName, fileSize, by }: About): string {
  const kinds: Readonly<Record<string, string>> = { redirect: 'Link', markdown: 'Page', html: 'Web page' }
  const kind = kinds[record.type] ?? (extensionOf(fileName ?? '').toUpperCase() || 'File')
  const size = fileSize !== undefined && formatSize(fileSize)
  return [kind, size, by !== undefined && `from ${by}`].filter(Boolean).join(' · ')
}

function actions({ code, record, fileName }: About): Html {
  const path = `/${encodeURIComponent(code)}`
  if (record.type !== 'file') return html`<a class="button" href="${path}" rel="noreferrer">Open</a>`
  const canBeShown = inlineAs(fileName ?? '') !== undefined
  return html`<a class="button" href="${path}">Download</a>
${canBeShown && html`<a class="button plain" href="${path}?inline=1">View in the browser</a>`}`
}

function facts({ record }: About): Html[] {
  const { type, url, createdAt, expiresAt, sha256 } = record
  return [
    type === 'redirect' && url !== undefined && html`Leads to <strong>${url}</strong>`,
    createdAt && html`Shared on <strong>${formatDay(createdAt)}</strong>`,
    expiresAt && html`Here until <strong>${formatDay(expiresAt)}, ${formatTime(expiresAt)}</strong>`,
    type === 'file' && html`If the connection breaks, the download carries on where it stopped`,
    type === 'file' && sha256 !== undefined && html`SHA-256 <code>${sha256}</code>`,
  ].filter(fact => typeof fact === 'object')
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** Bytes → `4.2 MB`. */
function formatSize(bytes: number): string {
  if (bytes === 1) return '1 byte'
  const unit = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const number = new Intl.NumberFormat('en', { maximumSignificantDigits: bytes < 1000 ? 3 : 2 })
  const scaled = bytes / 1000 ** unit
  return `${scaled >= 100 ? Math.round(scaled) : number.format(scaled)} ${units[unit]}`
}

const formatDay = (date: Date) => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(date)
const formatTime = (date: Date) => new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' }).format(date)

const drawing = (path: Html) => html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">${path}</svg>`
const icons: Readonly<Record<string, Html>> = {
  redirect: drawing(html`<path d="M10 14 20 4M14 4h6v6M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"/>`),
  file: drawing(html`<path d="M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7zM14 3v4h4"/>`),
  markdown: drawing(
    html`<path d="M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7zM14 3v4h4M9 12h6M9 16h4"/>`,
  ),
  html: drawing(html`<path d="M4 5h16v14H4zM4 9h16M7 7v0"/>`),
}
