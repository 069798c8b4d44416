/**
 * Pages that the server makes itself, for visitors who have no part of the app: no script, one column, one stylesheet.
 * Whatever is put into `html` is escaped, unless it is `html` already.
 */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | undefined | false | readonly Part[]

/** Template tag: text and attribute values are escaped; `undefined` and `false` are nothing. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, string, index) => text + toText(parts[index - 1]) + string))

function toText(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === undefined || part === false) return ''
  return typeof part === 'object' ? part.map(toText).join('') : escapeText(String(part))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeText = (text: string): string => text.replace(/[&<>"']/g, char => entities[char] ?? char)

export interface Page {
  /** Name of the instance. */
  readonly name: string
  readonly heading: string
  /** One sentence below the heading. */
  readonly lead?: string
  /** What stands below that. */
  readonly body?: Html
  readonly foot?: string
  /** Above the heading; left out: a signpost. */
  readonly icon?: Html | undefined
  /** Seconds after which the browser asks again. */
  readonly refreshAfter?: number
}

export const pageStyles = '/static/pages.css'

/** A whole document, ready to send as text/html. */
export function renderPage({ name, heading, lead, body, foot, icon, refreshAfter }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refreshAfter !== undefined && html`<meta http-equiv="refresh" content="${refreshAfter}">`}
<title>${heading} – ${name}</title>
<link rel="stylesheet" href="${pageStyles}">
</head>
<body>
<header>${logo}<span>${name}</span></header>
<main>
<span class="tile">${icon ?? signpost}</span>
<h1>${heading}</h1>
${lead !== undefined && html`<p class="muted">${lead}</p>`}
${body}
</main>
${foot !== undefined && html`<footer>${foot}</footer>`}
</body>
</html>
`.text
}

export const logo = html`<span class="logo"><svg viewBox="0 0 24 24" width="14" height="14" aria-hidden="true"><path d="M6 18 18 6M9 6h9v9"/></svg></span>`

const signpost = html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M12 3v18M12 5h6l2.5 2.5L18 10h-6M12 10H6l-2.5 2.5L6 15h6"/></svg>`
