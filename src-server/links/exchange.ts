import type { Readable } from 'node:stream'
import { AppError } from '../contract/errors.ts'
import type { Link, LinkFilter, LinkListImport, LinkListOutcome } from '../contract/links.ts'
import type { Who } from '../policy.ts'
import { type DescribeOptions, describe } from './describe.ts'
import type { LinkList } from './list.ts'
import { toCsv, toJson } from './list-export.ts'
import { type ListEntry, readLinkList } from './list-import.ts'
import type { Row } from './record.ts'
import { redirectRow } from './rows.ts'
import type { LinkStore, Reservation } from './store.ts'

/** Links out to a text and back in: an import writes all that it makes at once, and names what it leaves out. */
export type Exchange = ReturnType<typeof createExchange>

interface ExchangeOptions extends DescribeOptions {
  readonly store: LinkStore
  readonly list: LinkList
  readonly now: () => number
}

type Skipped = LinkListOutcome['skipped'][number]
interface Accepted {
  readonly url: string
  readonly row: Row
  /** Undefined in a dry run where a code would be made. */
  readonly reservation: Reservation | undefined
}

export function createExchange(options: ExchangeOptions) {
  const { store, list, now } = options

  function* linksFor(who: Who, { owner, ...filter }: LinkFilter): Generator<Link> {
    if (!who.isAdmin && owner !== undefined && owner !== who.username) return
    for (const entry of list.all(filter, who.isAdmin ? owner : who.username)) yield describe(entry, options)
  }

  /** Holds the entry's code. */
  function accept(owner: string, entry: ListEntry, dryRun: boolean): Accepted | Skipped {
    const { line, code } = entry
    if ('reason' in entry) return { line, code, reason: entry.reason }
    const { url, title, expiresAt, enabled } = entry.link
    try {
      const reservation = dryRun && code === undefined ? undefined : store.reserve(owner, code)
      const details = { title, expiresAt, enabled, createdAt: new Date(now()) }
      return { url, row: redirectRow(url, details), reservation }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { line, code, reason: error.message }
    }
  }

  return {
    /** The links that one may see, as a stream of text. */
    exportList: (who: Who, { format, ...filter }: LinkFilter & { readonly format: 'csv' | 'json' }): Readable =>
      format === 'csv' ? toCsv(linksFor(who, filter)) : toJson(linksFor(who, filter)),

    /** Throws `invalid_input` where the text as a whole cannot be read, `file_broken` or `disk_full`; then nothing is made. */
    async importList(who: Who, given: LinkListImport): Promise<LinkListOutcome> {
      const owner = who.username
      const outcomes = readLinkList(given, now()).map(entry => accept(owner, entry, given.dryRun))
      const accepted = outcomes.filter(outcome => 'row' in outcome)
      try {
        const rows = new Map(accepted.map(({ reservation, row }) => [reservation?.code ?? '', row]))
        if (!given.dryRun && rows.size > 0) await store.addAll(owner, rows)
      } finally {
        for (const { reservation } of accepted) reservation?.release()
      }
      return {
        created: accepted.map(({ reservation, url }) => ({ code: reservation?.code ?? '', url })),
        skipped: outcomes.flatMap(outcome => ('row' in outcome ? [] : [outcome])),
      }
    },

    /** Whether a new link may have this code. */
    reasonAgainst: (code: string): string | undefined =>
      store.ownerOf(code) === undefined ? undefined : `/${code} is taken. Choose another code`,
  }
}
