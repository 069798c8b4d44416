import { AppError } from '../contract/errors.ts'
import type { Link, LinkChanges, LinkPage, LinkQuery, NewRedirect } from '../contract/links.ts'
import type { EventHub } from '../events/hub.ts'
import { maySeeLink, type Who } from '../policy.ts'
import type { LinkList } from './list.ts'
import { changeRow, fileRow, isSameRow, type RowChanges, redirectRow, type StoredFile } from './record.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore, Reservation } from './store.ts'
import type { Trash, TrashedLink } from './trash.ts'
import type { Visits } from './visits.ts'

export type { Reservation } from './store.ts'

/**
 * The rules of links: who may see and change which, what becomes of codes, and in what order things reach the disk.
 * Someone else's link does not exist: `not_found`. What a promise resolved to is on the disk.
 */
export type Links = ReturnType<typeof createLinks>

export interface LinksOptions {
  readonly store: LinkStore
  readonly list: LinkList
  readonly trash: Trash
  readonly visits: Visits
  readonly events: EventHub
  /** Code → the absolute URL to hand out. */
  readonly shareUrl: (code: string) => string
  readonly report: (message: string) => void
}

/** What may be said of a file besides its bytes. */
export interface FileDetails {
  readonly title?: string | undefined
  readonly expiresAt?: string | undefined
}

export function createLinks({ store, list, trash, visits, events, shareUrl, report }: LinksOptions) {
  const inTurn = createTurns()
  const toLink = (entry: Entry): Link => describe(entry, visits, shareUrl)
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

  async function change(entry: Entry, { newCode, ...changes }: LinkChanges): Promise<Link> {
    const row = changeRow(entry.row, { ...toRowChanges(changes), updatedAt: new Date() })
    if (newCode === undefined || newCode === entry.code) {
      await store.replace(entry, row)
      return committed(entry.owner, entry.code)
    }
    const reservation = store.reserve(newCode)
    try {
      await store.replace(entry, row, newCode)
      visits.move(entry.code, newCode)
    } finally {
      reservation.release()
    }
    return committed(entry.owner, newCode)
  }

  /** The link is gone by now: a file that cannot be moved is left where it lies, and tried again at the next start. */
  async function bin(trashed: TrashedLink): Promise<void> {
    if (isPathUsed(store, trashed)) return
    await trash.takeFile(trashed).catch(error => report(`The file of /${trashed.code} stays in its folder: ${error}`))
  }

  return {
    list(who: Who, query: LinkQuery): LinkPage {
      if (!who.isAdmin && query.owner !== undefined && query.owner !== who.username) {
        return { items: [], total: 0, nextCursor: null }
      }
      const { items, ...page } = list.page(query, who.isAdmin ? query.owner : who.username)
      return { ...page, items: items.map(toLink) }
    },

    get: (who: Who, code: string): Link => toLink(find(who, code)),

    /** Throws `code_taken`. */
    async createRedirect(who: Who, { url, code, title, expiresAt }: NewRedirect): Promise<Link> {
      const reservation = store.reserve(code)
      try {
        const details = toRowChanges({ title, expiresAt })
        await store.add(who.username, reservation.code, redirectRow(url, { ...details, createdAt: new Date() }))
      } finally {
        reservation.release()
      }
      return committed(who.username, reservation.code)
    },

    /** Holds a code, or a fresh one, while its file arrives. Throws `code_taken`. */
    reserve: (code?: string): Reservation => store.reserve(code),

    /** Makes a link of a file that is whole and durable in the owner's folder. The caller releases the reservation. */
    async addFile(
      owner: string,
      code: string,
      { file, details }: { file: StoredFile; details: FileDetails },
    ): Promise<Link> {
      await store.add(owner, code, fileRow(file, new Date(), toRowChanges(details)))
      return committed(owner, code)
    },

    /** Adds the hash that was worked out afterwards, if the link still leads to that file. */
    async addHash(owner: string, path: string, sha256: string): Promise<void> {
      const found = store.list(owner).find(({ record }) => record.path === path)
      if (!found) return
      await inTurn(found.code, async () => {
        const entry = store.findOf(owner, found.code)
        if (entry?.record.path === path) await store.replace(entry, changeRow(entry.row, { sha256 }))
      })
    },

    /** Throws `code_taken`, or `invalid_input` on a URL for what is no redirect. */
    async update(who: Who, code: string, changes: LinkChanges): Promise<Link> {
      return inTurn(code, () => {
        const entry = find(who, code)
        if (changes.url !== undefined && entry.record.type !== 'redirect') throw noTarget(code)
        return change(entry, changes)
      })
    },

    async remove(who: Who, code: string): Promise<void> {
      await inTurn(code, async () => {
        const entry = find(who, code)
        const trashed = await trash.put(entry, visits.of(code))
        try {
          await store.drop(entry)
        } catch (error) {
          await trash.forget(trashed.id)
          throw error
        }
        visits.set(code, { count: 0 })
        await bin(trashed)
      })
    },

    /** Brings back what was last deleted under this code. Throws `not_found` or `code_taken`. */
    async restore(who: Who, code: string): Promise<Link> {
      return inTurn(code, async () => {
        const trashed = trash.findLast(code, owner => maySeeLink(who, owner) && store.knows(owner))
        if (!trashed) throw new AppError('not_found', `There’s nothing called ${code} in the trash`)
        const reservation = store.reserve(code)
        try {
          if (!(await trash.returnFile(trashed))) throw fileGone(code)
          await store.add(trashed.owner, code, trashed.row)
          visits.set(code, trashed.visits)
        } finally {
          reservation.release()
        }
        await trash.forget(trashed.id)
        return committed(trashed.owner, code)
      })
    },

    /** After a start: finishes or drops deletions that a crash cut short, and empties the trash of what is too old. */
    async recover(): Promise<void> {
      for (const trashed of trash.list().filter(({ owner }) => store.knows(owner))) {
        const live = store.findOf(trashed.owner, trashed.code)
        if (live && isSameRow(live.row, trashed.row)) {
          await trash.returnFile(trashed)
          await trash.forget(trashed.id)
        } else {
          await bin(trashed)
        }
      }
      await trash.sweep()
    },
  }
}

/** An entry → what callers see. */
function describe({ code, owner, record }: Entry, visits: Visits, shareUrl: (code: string) => string): Link {
  const { createdAt, updatedAt, expiresAt, isProtected, path: _, title, ...rest } = record
  const { count, last } = visits.of(code)
  return {
    ...rest,
    code,
    owner,
    title: title || undefined,
    createdAt: createdAt?.toISOString(),
    updatedAt: (updatedAt ?? createdAt)?.toISOString(),
    expiresAt: expiresAt?.toISOString(),
    protected: isProtected,
    visits: count,
    lastVisitAt: last,
    shareUrl: shareUrl(code),
  }
}

/** Null and the empty text take a value away; what is left out stays. */
function toRowChanges({ url, title, expiresAt, enabled }: Omit<LinkChanges, 'newCode'>): RowChanges {
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title: title || undefined }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? undefined : new Date(expiresAt) }),
    ...(enabled !== undefined && { enabled }),
  }
}

/** Whether another link of the same owner has the same file, as a folder edited by hand may hold. */
const isPathUsed = (store: LinkStore, { owner, row }: TrashedLink): boolean =>
  row.path !== undefined && store.list(owner).some(entry => entry.row.path === row.path)

const notFound = (code: string) => new AppError('not_found', `There’s no link called ${code}`)
const fileGone = (code: string) => new AppError('not_found', `The file of /${code} is no longer in the trash`)

function noTarget(code: string): AppError {
  const message = `/${code} is no redirect, so it has no address to change`
  return new AppError('invalid_input', message, { errors: [{ path: 'url', message }] })
}

/** Changes of one code happen one after the other, each seeing what the one before left. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>()
  return async <T>(code: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(code) ?? Promise.resolve()).then(work, work)
    last.set(code, turn)
    try {
      return await turn
    } finally {
      if (last.get(code) === turn) last.delete(code)
    }
  }
}
