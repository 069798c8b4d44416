import { darkThemes } from '../contract/settings.ts'
import { Html, html, logo, renderPage } from '../http/pages.ts'
import type { Heading, Rendered } from './render.ts'

/** Rendered Markdown → a whole document: no script, its styles from this server, readable before they arrive. */
export interface PageFrame {
  /** Name of the instance. */
  readonly name: string
  readonly theme: string
  /** URL of the theme's stylesheet; absent: the interface is not built, and the page's own colours do. */
  readonly themeUrl?: string | undefined
  /** What the link is called, if its owner gave it a name. */
  readonly title?: string | undefined
  /** What the page is called where neither link nor text has a name for it. */
  readonly fallbackTitle: string
  /** Who shared it, and when it last changed. */
  readonly by?: string | undefined
  readonly changed?: Date | undefined
  /** Where to read about the link; absent in a preview. */
  readonly aboutUrl?: string | undefined
}

export const markdownStyles = '/static/markdown.css'

/** Fewer headings than this need no list of them. */
const enoughForContents = 3
/** More than this would push the text off a phone: the list starts closed. */
const manyHeadings = 10

export function renderDocument(rendered: Rendered, frame: PageFrame): string {
  const { name, theme, themeUrl, aboutUrl } = frame
  const title = frame.title || rendered.firstHeading || frame.fallbackTitle
  return html`<!doctype html>
<html lang="en" data-bs-theme="${darkThemes.has(theme) ? 'dark' : 'light'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – ${name}</title>
<link rel="stylesheet" href="${markdownStyles}">
${themeUrl !== undefined && html`<link rel="stylesheet" href="${themeUrl}">`}
</head>
<body>
<header class="bar">${logo}<span class="name">${name}</span>${aboutUrl !== undefined && aboutLink(aboutUrl)}</header>
<main>
<div class="opening">
${openingOf(rendered, frame, title)}
${byline(rendered, frame)}
</div>
${rendered.headings.length >= enoughForContents && contents(rendered.headings)}
<article>
${new Html(rendered.body)}
</article>
</main>
${aboutUrl !== undefined && html`<footer class="foot"><a href="?raw=1">View the source</a></footer>`}
</body>
</html>
`.text
}

/** Every page has one first heading; where the text has none and the link no name, only screen readers hear it. */
function openingOf({ opening }: Rendered, frame: PageFrame, title: string): Html {
  if (opening !== undefined) return new Html(opening)
  return frame.title ? html`<h1>${title}</h1>` : html`<h1 class="unseen">${title}</h1>`
}

function byline({ minutes }: Rendered, { by, changed }: PageFrame): Html | undefined {
  const day = changed && new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(changed)
  const date = day && `${by === undefined ? 'Changed' : 'changed'} ${day}`
  const facts = [by, date].filter(fact => fact !== undefined)
  if (facts.length === 0) return undefined
  return html`<p class="byline">${[...facts, `${minutes} min read`].map(unbroken).join(' · ')}</p>`
}

/** A fact goes to the next line as a whole. */
const unbroken = (fact: string): string => (fact.length < 40 ? fact.replaceAll(' ', '\u00a0') : fact)

function contents(headings: readonly Heading[]): Html {
  const top = Math.min(...headings.map(({ level }) => level))
  const listed = headings.filter(({ level }) => level < top + 3)
  return html`<nav class="contents" aria-label="Contents"><details${listed.length <= manyHeadings && html` open`}><summary>Contents</summary><ol>
${listed.map(({ id, level, text }) => html`<li class="depth-${level - top}"><a href="#${encodeURIComponent(id)}">${text}</a></li>\n`)}
</ol></details></nav>`
}

const aboutLink = (url: string) =>
  html`<a class="about" href="${url}" aria-label="About this link, with its QR code" title="About this link">${qrIcon}</a>`

const qrIcon = html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h3v3h-3zM20 14v3M17 20h3M14 20v0"/></svg>`

/** What is shown in place of a text that cannot be made a page of in time. */
export const renderTooLong = (name: string, source?: string): string =>
  renderPage({
    name,
    heading: 'This page is too long to show',
    lead: 'Its text is all here, and can be read as it was written.',
    ...(source !== undefined && { body: html`<a class="button" href="${source}">Read the text</a>` }),
  })
