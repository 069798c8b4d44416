import { AppError } from '../contract/errors.ts'
import type { HtmlMode } from '../contract/html-mode.ts'
import type { Link, LinkChanges, LinkPage, LinkQuery, NewContent, NewFile, NewLink } from '../contract/links.ts'
import type { EventHub } from '../events/hub.ts'
import { mayMakeLinkFor, maySeeLink, type Who } from '../policy.ts'
import type { OpenFile } from '../storage/assets.ts'
import { type Content, typedName } from './content.ts'
import type { Deletions } from './deletions.ts'
import { describe } from './describe.ts'
import type { LinkList } from './list.ts'
import { createOwnersLinks } from './owners.ts'
import { asRedirect, changeRow, contentRow, type RowChanges, redirectRow, type StoredFile } from './rows.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore, Reservation } from './store.ts'
import type { Turns } from './turns.ts'
import type { Visits } from './visits.ts'

export type { StoredFile } from './rows.ts'
export type { Reservation } from './store.ts'

/**
 * The rules of links: who may see and change which, what becomes of codes, and in what order things reach the disk.
 * Someone else's link does not exist: `not_found`. What a promise resolved to is on the disk.
 */
export type Links = ReturnType<typeof createLinks>

export interface LinksOptions {
  readonly store: LinkStore
  readonly list: LinkList
  readonly content: Content
  readonly deletions: Deletions
  readonly turns: Turns
  readonly visits: Visits
  readonly events: EventHub
  /** Code → the absolute URL to hand out. */
  readonly shareUrl: (code: string) => string
  /** A password → what a row keeps of it. Throws `invalid_input` or `not_ready`. */
  readonly hashPassword: (password: string) => Promise<string>
  readonly now: () => number
}

/** What may be said of a file besides its bytes. */
export type FileDetails = Pick<NewFile, 'title' | 'expiresAt' | 'password' | 'maxVisits' | 'htmlMode'>

/** Changes whose password is a hash already. */
type HashedChanges = Omit<LinkChanges, 'password'> & { readonly passwordHash?: string | null | undefined }

export function createLinks(options: LinksOptions) {
  const { store, list, content, deletions, turns, visits, events, hashPassword, now } = options
  const toLink = (entry: Entry): Link => describe(entry, options)
  store.onChange(change => events.publish('links', change, change.owner))

  function find(who: Who, code: string): Entry {
    const served = store.find(code)
    const entry = served && maySeeLink(who, served.owner) ? served : store.findOf(who.username, code)
    if (!entry) throw notFound(code)
    return entry
  }

  function committed(owner: string, code: string): Link {
    const entry = store.findOf(owner, code)
    if (!entry) throw notFound(code)
    return toLink(entry)
  }

  /** Whose a new link becomes. Throws `not_allowed`, or `invalid_input` where there is no such user. */
  function ownerFor(who: Who, owner = who.username): string {
    if (!mayMakeLinkFor(who, owner)) throw new AppError('not_allowed', 'Only an admin may make links for others')
    if (!store.hasOwner(owner)) throw refused('owner', `There’s no user called ${owner}`)
    return owner
  }

  /** Takes its time, so it comes before a code's turn begins. */
  async function hashed<T extends Pick<LinkChanges, 'password'>>({ password, ...others }: T) {
    if (typeof password !== 'string') return { ...others, passwordHash: password }
    return { ...others, passwordHash: await hashPassword(password) }
  }

  async function write(entry: Entry, { newCode, type, url, ...changes }: HashedChanges): Promise<Link> {
    const base = type === 'redirect' && url !== undefined ? asRedirect(entry.row, url) : entry.row
    const row = changeRow(base, { ...toRowChanges({ url, ...changes }), updatedAt: new Date(now()) })
    const replace = (code?: string) => {
      const change = () => store.replace(entry, row, code)
      return row.path === entry.row.path ? change() : deletions.trashAround([entry], change).then(() => {})
    }
    if (newCode === undefined || newCode === entry.code) {
      await replace()
      return committed(entry.owner, entry.code)
    }
    const reservation = store.reserve(entry.owner, newCode)
    try {
      await replace(newCode)
      visits.move(entry.code, newCode)
    } finally {
      reservation.release()
    }
    return committed(entry.owner, newCode)
  }

  async function addNew(owner: string, given: NewLink): Promise<string> {
    const { title, expiresAt, password, maxVisits } = given
    const htmlMode = given.type === 'redirect' ? undefined : given.htmlMode
    requireHtml(given.type, htmlMode)
    const details = toRowChanges(await hashed({ title, expiresAt, password, maxVisits, htmlMode }))
    const { code, release } = store.reserve(owner, given.code)
    try {
      if (given.type === 'redirect') {
        await store.add(owner, code, redirectRow(given.url, { ...details, createdAt: new Date(now()) }))
      } else {
        const { type } = given
        await content.withPage({ owner, type, name: typedName(code, type), text: given.content }, file =>
          store.add(owner, code, contentRow(file, new Date(now()), details)),
        )
      }
    } finally {
      release()
    }
    return code
  }

  return {
    ...createOwnersLinks(options),

    list(who: Who, query: LinkQuery): LinkPage {
      if (!who.isAdmin && query.owner !== undefined && query.owner !== who.username) {
        return { items: [], total: 0, nextCursor: null }
      }
      const { items, ...page } = list.page(query, who.isAdmin ? query.owner : who.username)
      return { ...page, items: items.map(toLink) }
    },

    get: (who: Who, code: string): Link => toLink(find(who, code)),
    ownerFor,

    /** Throws `code_taken`, `not_allowed`, `invalid_input` or `disk_full`. */
    async create(who: Who, given: NewLink): Promise<Link> {
      const owner = ownerFor(who, given.owner)
      return committed(owner, await addNew(owner, given))
    },

    /** Holds a code, or a fresh one, while its file arrives. Throws `code_taken`. */
    reserve: (owner: string, code?: string): Reservation => store.reserve(owner, code),

    /** Makes a link of a file that is whole and durable in the owner's folder. The caller releases the reservation. */
    async addFile(
      owner: string,
      code: string,
      { file, details }: { file: StoredFile; details: FileDetails },
    ): Promise<Link> {
      requireHtml(file.type, details.htmlMode)
      await store.add(owner, code, contentRow(file, new Date(now()), toRowChanges(await hashed(details))))
      return committed(owner, code)
    },

    /** Adds the hash that was worked out afterwards, if the link still leads to that file. */
    async addHash(owner: string, path: string, sha256: string): Promise<void> {
      const found = store.list(owner).find(({ record }) => record.path === path)
      if (!found) return
      await turns.for(found.code, async () => {
        const entry = store.findOf(owner, found.code)
        if (entry?.record.path === path) await store.replace(entry, changeRow(entry.row, { sha256 }))
      })
    },

    /**
     * Throws `code_taken`, or `invalid_input` on a URL for what is no redirect, on a redirect without one, and on an HTML
     * page’s mode for what is none.
     */
    async update(who: Who, code: string, given: LinkChanges): Promise<Link> {
      find(who, code)
      const changes = await hashed(given)
      return turns.for(code, () => {
        const entry = find(who, code)
        if (changes.type === 'redirect' && changes.url === undefined && entry.record.type !== 'redirect') {
          throw refused('url', 'Say where the link shall lead: a redirect needs an address')
        }
        if (changes.url !== undefined && changes.type !== 'redirect' && entry.record.type !== 'redirect') {
          throw refused('url', `/${code} is no redirect, so it has no address to change`)
        }
        requireHtml(changes.type ?? entry.record.type, changes.htmlMode)
        return write(entry, changes)
      })
    },

    /** Makes a page of a link, whatever it was, or changes the page that it is. Throws `disk_full`. */
    async replaceContent(who: Who, code: string, { type, content: text }: NewContent): Promise<Link> {
      return turns.for(code, async () => {
        const entry = find(who, code)
        const { owner, record } = entry
        const pageType = type ?? (record.type === 'html' ? 'html' : 'markdown')
        const isSameKind = record.type === pageType && record.originalFilename !== undefined
        const name = isSameKind ? (record.originalFilename ?? '') : typedName(entry.code, pageType)
        await content.withPage({ owner, type: pageType, name, text }, file => content.replace(entry, file))
        return committed(owner, entry.code)
      })
    },

    /** Lets a link lead to a file that is whole and durable in this owner's folder. Throws `not_found`, `conflict`. */
    async replaceFile(who: Who, { code, owner }: Pick<Link, 'code' | 'owner'>, file: StoredFile): Promise<Link> {
      return turns.for(code, async () => {
        const entry = find(who, code)
        if (entry.owner !== owner) throw notFound(code)
        await content.replace(entry, file)
        return committed(entry.owner, entry.code)
      })
    },

    /** A link with the file that it leads to, for its owner to read. The caller closes the file. Throws `not_found`. */
    async openContent(who: Who, code: string): Promise<{ link: Link; file: OpenFile }> {
      const entry = find(who, code)
      const file = await content.open(entry)
      if (!file) throw new AppError('not_found', `/${code} leads to no file`)
      return { link: toLink(entry), file }
    },

    async remove(who: Who, code: string): Promise<void> {
      await turns.for(code, () => deletions.remove(find(who, code)))
    },

    /** Brings back what was last deleted under this code. Throws `not_found` or `code_taken`. */
    async restore(who: Who, code: string): Promise<Link> {
      return turns.for(code, async () =>
        committed(await deletions.restore(code, owner => maySeeLink(who, owner)), code),
      )
    },
  }
}

/** Null and the empty text take a value away; what is left out stays. */
function toRowChanges(changes: Omit<HashedChanges, 'newCode' | 'type'>): RowChanges {
  const { url, title, expiresAt, enabled, passwordHash, maxVisits, htmlMode } = changes
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title: title || undefined }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? undefined : new Date(expiresAt) }),
    ...(enabled !== undefined && { enabled }),
    ...(passwordHash !== undefined && { passwordHash: passwordHash ?? undefined }),
    ...(maxVisits !== undefined && { maxVisits: maxVisits ?? undefined }),
    ...(htmlMode !== undefined && { htmlMode: htmlMode ?? undefined }),
  }
}

function requireHtml(type: string, mode: HtmlMode | null | undefined): void {
  if (mode && type !== 'html') throw refused('htmlMode', 'Only an HTML page has a say in what it may do')
}

const notFound = (code: string) => new AppError('not_found', `There’s no link called ${code}`)

const refused = (path: string, message: string) =>
  new AppError('invalid_input', message, { errors: [{ path, message }] })
