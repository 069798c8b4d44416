import { footnote } from '@mdit/plugin-footnote'
import { tasklist } from '@mdit/plugin-tasklist'
import hljs from 'highlight.js/lib/common'
import MarkdownIt from 'markdown-it'
import type Token from 'markdown-it/lib/token.mjs'
import anchor from 'markdown-it-anchor'
import { type SanitiseOptions, sanitise, userId } from './sanitise.ts'

/**
 * GitHub-flavoured Markdown → the parts of a page, safe to send: whatever was written, no script, style, form or request
 * to elsewhere is left. Pure, and as slow as its input wants: callers run it where it can be stopped.
 */
export interface Rendered {
  /** The first-level heading that the text opens with, as HTML; absent: it opens otherwise. */
  readonly opening?: string
  /** All the rest, as HTML. */
  readonly body: string
  /** Text of the first heading of any level. */
  readonly firstHeading?: string
  /** For a contents list: the first headings but the opening one. */
  readonly headings: readonly Heading[]
  /** That reading takes; at least 1. */
  readonly minutes: number
}

export interface Heading {
  readonly id: string
  /** 1 to 6. */
  readonly level: number
  readonly text: string
}

const longestHighlighted = 100_000
const wordsPerMinute = 220
/** In a contents list, and characters in each of its lines. */
const mostHeadings = 200
const longestHeading = 200

// Bare names are left alone: readme.md is a file far more often than a site in Moldova.
const parser = new MarkdownIt({ html: true, linkify: true, highlight })
parser.linkify.set({ fuzzyLink: false })
parser.use(anchor, { slugify, tabIndex: false }).use(footnote).use(tasklist)

/** Source text → the parts of its page. */
export function render(source: string, options: SanitiseOptions): Rendered {
  const env = {}
  const tokens = parser.parse(source, env)
  const opens = tokens[0]?.type === 'heading_open' && tokens[0].tag === 'h1'
  const toHtml = (some: Token[]) => sanitise(parser.renderer.render(some, parser.options, env), options)
  const headings = listHeadings(tokens)
  const [first] = headings
  return {
    ...(opens && { opening: toHtml(tokens.slice(0, 3)) }),
    body: toHtml(opens ? tokens.slice(3) : tokens),
    ...(first && { firstHeading: first.text }),
    headings: headings.slice(opens ? 1 : 0, mostHeadings),
    minutes: Math.max(1, Math.round(source.split(/\s+/).length / wordsPerMinute)),
  }
}

function listHeadings(tokens: readonly Token[]): Heading[] {
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return []
    const text = plainText(tokens[index + 1]?.children ?? [])
    return text === '' ? [] : [{ id: userId(token.attrGet('id') ?? ''), level: Number(token.tag.slice(1)), text }]
  })
}

const plainText = (tokens: readonly Token[]): string =>
  tokens
    .map(({ type, content, children }) => {
      if (type === 'image') return plainText(children ?? [])
      return type === 'text' || type === 'code_inline' ? content : type === 'softbreak' ? ' ' : ''
    })
    .join('')
    .trim()
    .slice(0, longestHeading)

/** Code in a language that is named and known; an empty string leaves it plain. */
function highlight(code: string, language: string): string {
  if (code.length > longestHighlighted || !hljs.getLanguage(language)) return ''
  return hljs.highlight(code, { language, ignoreIllegals: true }).value
}

/** As GitHub makes them, so that links within a README work here too. */
function slugify(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}
