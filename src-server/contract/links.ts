import { z } from 'zod'
import { ErrorCode } from './errors.ts'
import { HtmlMode } from './html-mode.ts'
import { route } from './route.ts'

/**
 * Words that can never be a code: upstream's list, then what our own routes need. Compared in lower case.
 */
export const reservedCodes: ReadonlySet<string> = new Set(
  (
    'settings users profile add links edit_link delete_link delete auth login logout register switch-user switch-back ' +
    'admin api static assets edit new create update remove list index home dashboard config configuration system health ' +
    'status favicon.ico robots.txt sitemap.xml ' +
    'healthz metrics trust drop'
  ).split(' '),
)

/** A code as it may stand in a folder: 1–50 letters and digits of any script, `-`, `_`. */
export const LinkCode = z.string().regex(/^[\p{L}\p{N}_-]{1,50}$/u, 'Use 1 to 50 letters, digits, - or _')

/** A code that may be given to a link now. */
export const NewLinkCode = LinkCode.refine(code => !reservedCodes.has(code.toLowerCase()), {
  error: issue => `${String(issue.input)} is kept for Trunk8 itself. Choose another code`,
})

const allowedSchemes = ['http:', 'https:', 'mailto:', 'ftp:', 'tel:']

/** Where a redirect may lead. */
export const RedirectUrl = z
  .string()
  .trim()
  .min(1, 'Enter an address')
  .max(8000, 'An address has at most 8,000 characters')
  .refine(text => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they would split the Location header, and half characters have no UTF-8
    return url !== undefined && allowedSchemes.includes(url.protocol) && !/[\u0000-\u001f\u007f\p{Cs}]/u.test(text)
  }, 'Enter a full address that starts with http, https, mailto, ftp or tel')

/** Upstream spoils control characters when it writes a row back. */
export const LinkTitle = z
  .string()
  .trim()
  .max(200, 'A title has at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'A title is one line, without tabs')

/** ISO 8601 with offset, later than now. */
export const Expiry = z.iso
  .datetime({ offset: true, error: 'Give a date and time with its offset, such as 2026-12-24T18:00:00+01:00' })
  .refine(text => Date.parse(text) > Date.now(), 'Choose a time that is still to come')

/** A link as callers see it. `type` is open: kinds that a folder holds and we do not know are shown, never dropped. */
export const Link = z.object({
  code: z.string(),
  type: z.string(),
  owner: z.string(),
  /** Target of a redirect. */
  url: z.string().optional(),
  originalFilename: z.string().optional(),
  /** Bytes. */
  fileSize: z.number().optional(),
  mimeType: z.string().optional(),
  sha256: z.string().optional(),
  title: z.string().optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
  expiresAt: z.string().optional(),
  enabled: z.boolean(),
  /** Asks for a password. */
  protected: z.boolean(),
  visits: z.number(),
  maxVisits: z.number().optional(),
  lastVisitAt: z.string().optional(),
  /** What its owner lets an HTML page do; absent: all that the instance allows. The instance may allow less. */
  htmlMode: HtmlMode.optional(),
  /** What to hand out: absolute, on the address that others use. */
  shareUrl: z.string(),
  /** What stands in the file and cannot be understood, as a sentence; the link works as far as it goes. */
  problem: z.string().optional(),
})
export type Link = z.infer<typeof Link>

/** What visitors have to type before they get anything. */
export const LinkPassword = z
  .string()
  .min(1, 'Enter a password')
  .max(200, 'A link’s password has at most 200 characters')

/** How many visitors may open it, each by a click on its page: what only looks, such as a chat's preview, does not count. */
export const MaxVisits = z.coerce
  .number({ error: 'Enter a number' })
  .int('Enter a whole number')
  .min(1, 'At least one visit')
  .max(1_000_000, 'At most 1,000,000 visits')

const commonFields = {
  code: NewLinkCode.optional(),
  title: LinkTitle.optional(),
  expiresAt: Expiry.optional(),
  /** Whose the link becomes: for an admin to choose; left out: who asks. */
  owner: z.string().min(1).max(100).optional(),
  password: LinkPassword.optional(),
  maxVisits: MaxVisits.optional(),
}

/** Bytes: what may be typed. Longer pages come as files. */
export const maxContent = 2 * 1024 * 1024
export const Content = z.string().max(maxContent, 'A page that is typed has at most 2 million characters')

/** Kinds of links whose content is text that can be edited in place. */
export const PageType = z.enum(['markdown', 'html'])
export type PageType = z.infer<typeof PageType>

export const NewRedirect = z.object({ type: z.literal('redirect'), url: RedirectUrl, ...commonFields })
export type NewRedirect = z.infer<typeof NewRedirect>

/** `htmlMode`: for HTML pages alone, here and below. */
export const NewPage = z.object({
  type: PageType,
  content: Content,
  htmlMode: HtmlMode.optional(),
  ...commonFields,
})
export type NewPage = z.infer<typeof NewPage>

/** What JSON makes; files come as multipart forms. */
export const NewLink = z.discriminatedUnion('type', [NewRedirect, NewPage])
export type NewLink = z.infer<typeof NewLink>

/**
 * The text fields of a multipart upload, sent to the same URL as a JSON link; the bytes are its one `file` part.
 * An HTML file that is sent as markdown becomes an html link.
 */
export const NewFile = z.object({
  type: z.enum(['file', 'markdown', 'html']).default('file'),
  htmlMode: HtmlMode.optional(),
  ...commonFields,
})
export type NewFile = z.infer<typeof NewFile>

/** `null` takes a value away; what is left out stays. */
export const LinkChanges = z.object({
  /** Makes a redirect of any link; needs `url`. The file that it led to goes to the trash. */
  type: z.literal('redirect').optional(),
  newCode: NewLinkCode.optional(),
  url: RedirectUrl.optional(),
  title: LinkTitle.nullable().optional(),
  expiresAt: Expiry.nullable().optional(),
  enabled: z.boolean().optional(),
  password: LinkPassword.nullable().optional(),
  maxVisits: MaxVisits.nullable().optional(),
  htmlMode: HtmlMode.nullable().optional(),
})
export type LinkChanges = z.infer<typeof LinkChanges>

/** What the page before a link sends as a form: its password, or nothing for one that only counts its visitors. */
export const LinkOpening = z.object({ password: z.string().optional() })

export const LinkSort = z.enum([
  ...([
    'createdAt',
    'updatedAt',
    'code',
    'name',
    'type',
    'owner',
    'visits',
    'lastVisitAt',
    'expiresAt',
    'fileSize',
  ] as const),
])
export type LinkSort = z.infer<typeof LinkSort>

/** `problem`: something about the link in its file cannot be understood. */
export const LinkState = z.enum(['active', 'paused', 'expiring', 'expired', 'problem'])
export type LinkState = z.infer<typeof LinkState>

export const LinkFilter = z.object({
  /** Found in code, title, file name or target; case does not matter. */
  q: z.string().max(200).optional(),
  type: z.string().optional(),
  owner: z.string().optional(),
  /** `expiring`: within the next 7 days. */
  state: LinkState.optional(),
})
export type LinkFilter = z.infer<typeof LinkFilter>

export const LinkQuery = z.object({
  ...LinkFilter.shape,
  sort: LinkSort.default('createdAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** `nextCursor` of the page before: goes through all links, whatever is made or deleted meanwhile. */
  cursor: z.string().optional(),
  /** Instead of a cursor: how many links to leave out, to look at any place of a long list at once. */
  offset: z.coerce.number().int().min(0).optional(),
})
export type LinkQuery = z.infer<typeof LinkQuery>

export const LinkPage = z.object({ items: z.array(Link), total: z.number(), nextCursor: z.string().nullable() })
export type LinkPage = z.infer<typeof LinkPage>

/** Codes with characters that no new code may have still name links that a folder holds: `dotted.code`. */
const AnyCode = z.string().min(1).max(300)
const OneLink = z.object({ code: AnyCode })

export const CodeCheck = z.object({
  isFree: z.boolean(),
  /** Why not, as a sentence. */
  reason: z.string().optional(),
})
export type CodeCheck = z.infer<typeof CodeCheck>

/** `expire` sets `expiresAt`: null for never; left out: now, so that the links go. `restore` takes out of the trash. */
export const BulkChange = z.object({
  codes: z.array(AnyCode).min(1, 'Choose at least one link').max(1000, 'At most 1,000 links at a time'),
  action: z.enum(['delete', 'expire', 'enable', 'disable', 'restore']),
  expiresAt: Expiry.nullable().optional(),
})
export type BulkChange = z.infer<typeof BulkChange>

/** Each link on its own: what failed is named, the rest is done. */
export const BulkOutcome = z.object({
  done: z.array(z.string()),
  failed: z.array(z.object({ code: z.string(), code_error: ErrorCode, detail: z.string() })),
})
export type BulkOutcome = z.infer<typeof BulkOutcome>

/** A list of links as text, to keep or to carry to another instance. Answered as an attachment, not as JSON. */
export const linkExports = {
  path: '/api/v1/exports/links',
  query: z.object({ ...LinkFilter.shape, format: z.enum(['csv', 'json']).default('csv') }),
}

/** The same text back in. Redirects are made; what needs a file, or has a code that is taken, is named and left out. */
export const LinkListImport = z.object({
  format: z.enum(['csv', 'json']),
  text: z.string().max(8 * 1024 * 1024, 'A list has at most 8 million characters'),
  /** Only say what would happen. */
  dryRun: z.boolean().default(false),
})
export type LinkListImport = z.infer<typeof LinkListImport>

export const LinkListOutcome = z.object({
  /** `code` is empty in a dry run where one will be made. */
  created: z.array(z.object({ code: z.string(), url: z.string() })),
  /** `line`: of the text for CSV, the entry's number for JSON; from 1. */
  skipped: z.array(z.object({ line: z.number(), code: z.string().optional(), reason: z.string() })),
})
export type LinkListOutcome = z.infer<typeof LinkListOutcome>

/**
 * GET: a page's source as text/plain, a file as an attachment, or with `?inline=1` shown where a browser can. PUT JSON: `replaceContent` below; PUT multipart: a `file`
 * part and, if the kind is to change, a `type` field. The old content serves until the new one is whole.
 */
export const contentPath = (code: string) => `/api/v1/links/${encodeURIComponent(code)}/content` as const

export const NewContent = z.object({ type: PageType.optional(), content: Content })
export type NewContent = z.infer<typeof NewContent>

/** The text fields of a multipart PUT. Left out, the kind stays as far as the file fits it. */
export const NewContentFile = z.object({ type: z.enum(['file', 'markdown', 'html']).optional() })
export type NewContentFile = z.infer<typeof NewContentFile>

/** JSON can need six bytes for a character. */
const contentBody = 6 * maxContent + 64 * 1024

export const links = {
  list: route({ method: 'GET', path: '/api/v1/links', access: 'user', input: LinkQuery, output: LinkPage }),
  create: route({
    method: 'POST',
    path: '/api/v1/links',
    access: 'user',
    status: 201,
    maxBody: contentBody,
    input: NewLink,
    output: Link,
  }),
  get: route({ method: 'GET', path: '/api/v1/links/:code', access: 'user', input: OneLink, output: Link }),
  update: route({
    method: 'PATCH',
    path: '/api/v1/links/:code',
    access: 'user',
    input: OneLink.extend(LinkChanges.shape),
    output: Link,
  }),
  /** Makes a page of the link, whatever it was, or changes the page it is. */
  replaceContent: route({
    method: 'PUT',
    path: '/api/v1/links/:code/content',
    access: 'user',
    scope: 'files:write',
    maxBody: contentBody,
    input: OneLink.extend(NewContent.shape),
    output: Link,
  }),
  /** Moves the link and its file to the trash, from where `restore` brings both back for 30 days, or until the disk is full. */
  remove: route({ method: 'DELETE', path: '/api/v1/links/:code', access: 'user', input: OneLink, output: z.void() }),
  /** Brings back the link that was last deleted under this code: 404 when there is none, 409 when the code is taken. */
  restore: route({ method: 'POST', path: '/api/v1/links/:code/restore', access: 'user', input: OneLink, output: Link }),
  bulk: route({
    method: 'POST',
    path: '/api/v1/links/bulk',
    access: 'user',
    maxBody: 512 * 1024,
    input: BulkChange,
    output: BulkOutcome,
  }),
  importList: route({
    method: 'POST',
    path: '/api/v1/links/import',
    access: 'user',
    maxBody: 52 * 1024 * 1024,
    input: LinkListImport,
    output: LinkListOutcome,
  }),
  /** Whether a new link may have this code; asked while a person types. */
  check: route({
    method: 'GET',
    path: '/api/v1/codes/:code',
    access: 'user',
    input: z.object({ code: z.string() }),
    output: CodeCheck,
  }),
}
