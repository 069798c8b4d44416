import { AppError } from '../contract/errors.ts'
import { isSameRow, type Row, readRow } from './record.ts'
import { changeRow } from './rows.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore, Reservation } from './store.ts'
import type { Trash, TrashedLink } from './trash.ts'
import type { Visits } from './visits.ts'

/**
 * The way of links into the trash and back. Rows and files never part: first the trash knows the row, then the change is
 * made to links.toml, then the file moves; a crash in between is put right by `recover`. The caller holds the codes' turn.
 */
export type Deletions = ReturnType<typeof createDeletions>

interface DeletionsOptions {
  readonly store: LinkStore
  readonly trash: Trash
  readonly visits: Visits
  readonly now: () => number
  readonly report: (message: string) => void
}

export function createDeletions({ store, trash, visits, now, report }: DeletionsOptions) {
  const inFull = ({ code, owner, row }: Pick<Entry, 'code' | 'owner' | 'row'>) => ({
    ...{ code, owner, row },
    visits: visits.of(code),
  })

  /**
   * The link is gone by now: false for a file that cannot be moved, as while Windows has it open. It is left where it
   * lies, and tried again at the next start.
   */
  async function bin(trashed: TrashedLink): Promise<boolean> {
    const { code, owner, row } = trashed
    if (typeof row.path !== 'string' || store.hasPath(owner, row.path)) return true
    try {
      await trash.takeFile(trashed)
      return true
    } catch (error) {
      report(`The file of /${code} stays in its folder: ${error}`)
      return false
    }
  }

  /** Makes `change` after which `old` rows are gone, and keeps them in the trash. Returns those whose files are there too. */
  async function trashAround(
    old: readonly Pick<Entry, 'code' | 'owner' | 'row'>[],
    change: () => Promise<void>,
  ): Promise<TrashedLink[]> {
    const trashed = await trash.put(old.map(inFull))
    try {
      await change()
    } catch (error) {
      await trash.forget(trashed.map(({ id }) => id))
      throw error
    }
    const isBinned = await Promise.all(trashed.map(bin))
    return trashed.filter((_, index) => isBinned[index])
  }

  async function bringBack(trashed: TrashedLink, reservation: Reservation): Promise<void> {
    const { code, owner, row } = trashed
    try {
      if (!(await trash.returnFile(trashed))) throw fileGone(code)
      await store.add(owner, code, withoutPastExpiry(row, now()))
      visits.set(code, trashed.visits)
    } finally {
      reservation.release()
    }
    await trash.forget([trashed.id])
  }

  return {
    trashAround,

    async remove(entry: Entry): Promise<void> {
      await trashAround([entry], () => store.drop(entry))
      visits.set(entry.code, { count: 0 })
    },

    /** Makes `change`, after which the link leads to another file or none; then deletes its old file for good. */
    async discardFileAround(entry: Entry, change: () => Promise<void>): Promise<void> {
      const binned = await trashAround(entry.record.path === undefined ? [] : [entry], change)
      await trash
        .discard(binned.map(({ id }) => id))
        .catch(error => report(`An old file of /${entry.code} is kept: ${error}`))
    },

    /** Brings back what was last deleted under this code, of those that `isMine`. Throws `not_found` or `code_taken`. */
    async restore(code: string, isMine: (owner: string) => boolean): Promise<string> {
      const trashed = trash.findLast(code, owner => isMine(owner) && store.knows(owner))
      if (!trashed) throw new AppError('not_found', `There’s nothing called ${code} in the trash`)
      await bringBack(trashed, store.reserve(trashed.owner, code))
      return trashed.owner
    },

    /** After a start: finishes or drops deletions that a crash cut short, and empties the trash of what is too old. */
    async recover(): Promise<void> {
      for (const trashed of trash.list().filter(({ owner }) => store.knows(owner))) {
        const live = store.findOf(trashed.owner, trashed.code)
        if (live && isSameRow(live.row, trashed.row)) {
          await trash.returnFile(trashed)
          await trash.forget([trashed.id])
        } else {
          await bin(trashed)
        }
      }
      await trash.sweep()
    },

    /** Drops for good what a user who is gone has left here. */
    async forget(owner: string): Promise<void> {
      await trash.forgetOwner(owner)
      if (store.isWhole()) visits.keep(code => store.ownerOf(code) !== undefined)
    },
  }
}

/** A link that comes back is there to stay: what has expired would be gone again at once. */
function withoutPastExpiry(row: Row, now: number): Row {
  const expiresAt = readRow(row)?.expiresAt
  return expiresAt !== undefined && expiresAt.getTime() <= now ? changeRow(row, { expiresAt: undefined }) : row
}

const fileGone = (code: string) => new AppError('not_found', `The file of /${code} is no longer in the trash`)
