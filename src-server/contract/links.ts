import { z } from 'zod'
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
  .max(2048, 'An address has at most 2,048 characters')
  .refine(text => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters would split the Location header
    return url !== undefined && allowedSchemes.includes(url.protocol) && !/[\u0000-\u001f\u007f]/.test(text)
  }, 'Enter a full address that starts with http, https, mailto, ftp or tel')

export const LinkTitle = z.string().trim().max(200, 'A title has at most 200 characters')

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
  /** What to hand out: absolute, on the address that others use. */
  shareUrl: z.string(),
})
export type Link = z.infer<typeof Link>

const commonFields = {
  code: NewLinkCode.optional(),
  title: LinkTitle.optional(),
  expiresAt: Expiry.optional(),
}

export const NewRedirect = z.object({ type: z.literal('redirect'), url: RedirectUrl, ...commonFields })
export type NewRedirect = z.infer<typeof NewRedirect>

/** The text fields of a multipart upload, sent to the same URL as a JSON link; the bytes are its one `file` part. */
export const NewFile = z.object({ type: z.literal('file').default('file'), ...commonFields })
export type NewFile = z.infer<typeof NewFile>

/** `null` takes a value away; what is left out stays. */
export const LinkChanges = z.object({
  newCode: NewLinkCode.optional(),
  url: RedirectUrl.optional(),
  title: LinkTitle.nullable().optional(),
  expiresAt: Expiry.nullable().optional(),
  enabled: z.boolean().optional(),
})
export type LinkChanges = z.infer<typeof LinkChanges>

export const LinkSort = z.enum(['createdAt', 'code', 'name', 'visits', 'expiresAt', 'fileSize'])
export type LinkSort = z.infer<typeof LinkSort>

export const LinkQuery = z.object({
  /** Found in code, title, file name or target; case does not matter. */
  q: z.string().max(200).optional(),
  type: z.string().optional(),
  owner: z.string().optional(),
  sort: LinkSort.default('createdAt'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** `nextCursor` of the page before. */
  cursor: z.string().optional(),
})
export type LinkQuery = z.infer<typeof LinkQuery>

export const LinkPage = z.object({ items: z.array(Link), total: z.number(), nextCursor: z.string().nullable() })
export type LinkPage = z.infer<typeof LinkPage>

const OneLink = z.object({ code: LinkCode })

export const links = {
  list: route({ method: 'GET', path: '/api/v1/links', access: 'user', input: LinkQuery, output: LinkPage }),
  create: route({
    method: 'POST',
    path: '/api/v1/links',
    access: 'user',
    status: 201,
    input: NewRedirect,
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
  /** Moves the link and its file to the trash, from where `restore` brings both back for 30 days. */
  remove: route({ method: 'DELETE', path: '/api/v1/links/:code', access: 'user', input: OneLink, output: z.void() }),
  /** Brings back the link that was last deleted under this code: 404 when there is none, 409 when the code is taken. */
  restore: route({ method: 'POST', path: '/api/v1/links/:code/restore', access: 'user', input: OneLink, output: Link }),
}
