import type { DeletionPreview } from '../contract/users.ts'
import type { Deletions } from './deletions.ts'
import { nameOf } from './describe.ts'
import { isSameRow, type Row } from './record.ts'
import type { Entry, RowsChange } from './shelf.ts'
import type { LinkStore, Reservation } from './store.ts'
import type { Turns } from './turns.ts'
import type { Visits } from './visits.ts'

/** All links of one owner at once: what people and backups ask of them. Knows no permissions: those are the caller's. */

interface OwnersLinksOptions {
  readonly store: LinkStore
  readonly visits: Visits
  readonly deletions: Deletions
  readonly turns: Turns
}

/** `bytes`: of their files, as far as their sizes are known. */
export interface OwnerStats {
  readonly links: number
  readonly files: number
  readonly bytes: number
}

export function createOwnersLinks({ store, visits, deletions, turns }: OwnersLinksOptions) {
  const reserveNew = (owner: string, codes: Iterable<string>) => {
    const held: Reservation[] = []
    try {
      for (const code of codes) if (store.ownerOf(code) !== owner) held.push(store.reserve(owner, code))
    } catch (error) {
      for (const { release } of held) release()
      throw error
    }
    return held
  }

  async function write(owner: string, { put, drop }: RowsChange): Promise<void> {
    const held = reserveNew(owner, put.keys())
    try {
      const before = store.rowsOf(owner)
      const dropped = drop.filter(code => before.has(code) && !put.has(code))
      const old = [...dropped, ...put.keys()].flatMap(code => {
        const row = before.get(code)
        return row && !isSameRow(row, put.get(code)) ? [{ code, owner, row }] : []
      })
      await deletions.trashAround(old, () => store.write(owner, { put, drop: dropped }))
      for (const code of dropped) visits.set(code, { count: 0 })
    } finally {
      for (const { release } of held) release()
    }
  }

  return {
    statsOf: (owner: string): OwnerStats => sum(store.list(owner)),

    /** Some of their links, the most visited first. */
    sampleOf: (owner: string, limit: number): DeletionPreview['sample'] =>
      store
        .list(owner)
        .map(({ code, record }) => ({ code, type: record.type, name: nameOf(record), visits: visits.of(code).count }))
        .sort((a, b) => b.visits - a.visits)
        .slice(0, limit),

    /** Every table under a code of theirs, as it stands in the file; rows that are no links too. Throws `file_broken`. */
    rowsOf: (owner: string): ReadonlyMap<string, Row> => store.rowsOf(owner),

    /** Whose a code is, be it of a link, of a row that is none, or of a link still being made; undefined: it is free. */
    ownerOf: (code: string): string | undefined => store.ownerOf(code),

    /**
     * Writes and takes out rows of one owner in one write: all or nothing. What goes, and what is written over, moves to
     * the trash, with its file where no row leads to it any more. Visits of codes that stay are kept. Throws `code_taken`
     * where another user has one of the codes, `file_broken` or `disk_full`.
     */
    restoreRows: (owner: string, { put, drop }: RowsChange): Promise<void> =>
      turns.forAll([...put.keys(), ...drop], () => write(owner, { put, drop })),

    /** Drops for good what a user who is gone has left here: visits, and trash with its files. */
    forget: (owner: string): Promise<void> => deletions.forget(owner),
  }
}

function sum(entries: readonly Entry[]): OwnerStats {
  const files = entries.filter(({ record }) => record.path !== undefined)
  return {
    links: entries.length,
    files: files.length,
    bytes: files.reduce((bytes, { record }) => bytes + (record.fileSize ?? 0), 0),
  }
}
