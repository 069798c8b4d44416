import sanitizeHtml, { type Attributes, type IOptions, type Tag } from 'sanitize-html'

/**
 * The list of what may stand in a page that a user wrote; all else is dropped. What comes out is well formed, and names
 * in it cannot be taken for the page's own: every id starts with `user-content-`, and links within the page follow.
 */
export interface SanitiseOptions {
  /** Our own address, `http://192.168.1.24:5001`: pictures there are shown, those of other sites never. */
  readonly origin: string
  /** Links to elsewhere ask for a window of their own. */
  readonly opensApart: boolean
}

export const userId = (id: string): string => `user-content-${id}`

/** Any HTML → HTML that is safe in a document that runs no script. */
export function sanitise(html: string, options: SanitiseOptions): string {
  return makeScrollable(sanitizeHtml(html, rulesFor(options)))
}

const text = 'h1 h2 h3 h4 h5 h6 p br hr blockquote pre div section center'
const words =
  'a abbr b bdi bdo cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup u var wbr'
const lists = 'ul ol li dl dt dd details summary figure figcaption img'
const tables = 'table caption colgroup col thead tbody tfoot tr th td'
/** Our own task lists alone: see `checkbox`. */
const tasks = 'input label'

const aligned = ['align']
const taskList = ['task-list-container', 'footnotes-list']
const taskItem = ['task-list-item', 'footnote-item']

const fixedRules: IOptions = {
  allowedTags: [text, words, lists, tables, tasks].flatMap(names => names.split(' ')),
  allowedAttributes: {
    '*': ['id', 'title', 'lang', 'dir', 'aria-label'],
    a: ['href', 'rel', 'target'],
    img: ['src', 'alt', 'width', 'height', ...aligned],
    input: ['type', 'checked', 'disabled'],
    label: ['for'],
    ol: ['start', 'reversed', 'type'],
    li: ['value'],
    details: ['open'],
    td: ['colspan', 'rowspan', ...aligned],
    th: ['colspan', 'rowspan', 'scope', ...aligned],
    ...Object.fromEntries(['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(name => [name, aligned])),
  },
  allowedClasses: {
    a: ['footnote-anchor', 'footnote-backref'],
    code: ['language-*'],
    hr: ['footnotes-sep'],
    input: ['task-list-item-checkbox'],
    label: ['task-list-item-label'],
    ul: taskList,
    ol: taskList,
    li: taskItem,
    section: ['footnotes'],
    span: ['hljs-*', 'class_', 'function_', 'inherited__', 'left-out'],
    sup: ['footnote-ref'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'ftp', 'tel'],
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  // What stands in these is no text for readers.
  nonTextTags:
    'script style textarea option noscript title template iframe noembed noframes xmp plaintext svg math object'.split(
      ' ',
    ),
  exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs.type !== 'checkbox',
  nestingLimit: 100,
}

function rulesFor(options: SanitiseOptions): IOptions {
  const link = (_: string, attributes: Attributes): Tag => ({ tagName: 'a', attribs: toLink(attributes, options) })
  const picture = (_: string, attributes: Attributes): Tag => toPicture(attributes, options.origin)
  const transformTags = { '*': ownNames, a: link, img: picture, input: checkbox, td: cell, th: cell }
  return { ...fixedRules, transformTags }
}

/** Ids and what refers to them, out of the way of the page’s own. */
function ownNames(tagName: string, { id, for: target, ...rest }: Attributes): Tag {
  return { tagName, attribs: { ...rest, ...(id && { id: userId(id) }), ...(target && { for: userId(target) }) } }
}

function toLink({ href, rel: _, target: __, ...rest }: Attributes, { opensApart }: SanitiseOptions): Attributes {
  if (href === undefined) return rest
  if (href.startsWith('#')) {
    const words = rest.class === 'footnote-backref' && { 'aria-label': 'Back to the text' }
    return { ...rest, ...words, href: `#${userId(href.slice(1))}` }
  }
  return { ...rest, href, rel: 'noopener noreferrer nofollow ugc', ...(opensApart && { target: '_blank' }) }
}

/** A picture of ours stays; one from elsewhere would tell its host who reads this, so its words stand in for it. */
function toPicture({ src = '', alt = '', ...rest }: Attributes, origin: string): Tag {
  // As a browser reads an address: it passes over blanks, and takes \ for /.
  const address = [...src].filter(character => character > ' ').join('')
  if (address.startsWith(`${origin}/`)) {
    return { tagName: 'img', attribs: { ...rest, alt, src: address.slice(origin.length).replace(/^\/+/, '/') } }
  }
  const isHere = !/^([a-z][a-z0-9+.-]*:|[\\/]{2})/i.test(address)
  if (isHere) return { tagName: 'img', attribs: { ...rest, alt, src } }
  const host = URL.canParse(address) ? new URL(address).host : ''
  const words = alt || (host ? `Picture on ${host}` : 'Picture')
  const attribs = { class: 'left-out', title: 'Pictures from other sites are not loaded here' }
  return { tagName: 'span', attribs, text: words }
}

/** The one field there may be: a check box that nobody can press. */
function checkbox(_: string, { type, checked, class: name, id }: Attributes): Tag {
  if (type?.toLowerCase() !== 'checkbox') return { tagName: 'input', attribs: {} }
  const attribs = { type: 'checkbox', disabled: '', ...(name && { class: name }), ...(id && { id }) }
  return { tagName: 'input', attribs: { ...attribs, ...(checked !== undefined && { checked: '' }) } }
}

/** Columns are aligned by a style, which has no place here, and have an attribute that says the same. */
function cell(tagName: string, { style, ...rest }: Attributes): Tag {
  const align = /^text-align:(left|center|right)$/.exec(style ?? '')?.[1]
  return { tagName, attribs: { ...rest, ...(align && { align }) } }
}

/** What can be wider than a phone scrolls by itself, by keyboard too. Tags stand here for themselves: text is escaped. */
function makeScrollable(html: string): string {
  return html
    .replaceAll(/<table(?=[ >])/g, '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table')
    .replaceAll('</table>', '</table></div>')
    .replaceAll(/<pre(?=[ >])/g, '<pre tabindex="0"')
}
