import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { Problems } from '../problems/problems.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { TomlFile } from '../storage/toml-file.ts'
import { watchFile } from '../storage/watch-file.ts'
import { createCodeIndex } from './code-index.ts'
import { generateCode } from './codes.ts'
import { findingOfFile, findingsOf } from './findings.ts'
import type { Row } from './record.ts'
import { codeTaken, createShelf, type Entry, type LinkChange, LinksFile, type RowsChange, type Shelf } from './shelf.ts'

/**
 * All users' links: one links.toml each on the disk, one index over all of them in memory. Reading never touches the
 * disk. A file that does not parse takes only its owner's links out, and what cannot be understood is told. Knows no rules.
 */
export type LinkStore = ReturnType<typeof createLinkStore>

/** A code that is held for a link still being made, against everybody. */
export interface Reservation {
  readonly code: string
  /** For whose link. */
  readonly owner: string
  release(): void
}

interface LinkStoreOptions {
  readonly dataDir: DataDir
  readonly problems: Pick<Problems, 'set'>
  readonly report: (message: string) => void
}

export function createLinkStore({ dataDir, problems, report }: LinkStoreOptions) {
  /** In the order of users.toml: where two users hold the same code, the first one's link is served. */
  let shelves = new Map<string, Shelf>()
  const index = createCodeIndex()
  const reserved = new Map<string, Reservation>()
  const listeners = new Set<(change: LinkChange) => void>()
  let version = 0
  let known: readonly string[] = []
  /** Whose file could not be read when it was last looked at. */
  const unreadable = new Set<string>()
  const watches = new Map<string, () => void>()
  let settingOwners: Promise<void> = Promise.resolve()

  function apply(changes: readonly LinkChange[]): void {
    version++
    for (const { code } of changes) {
      index.set(code, [...shelves.values()].find(shelf => shelf.entries.has(code))?.entries.get(code))
    }
    for (const change of changes) for (const listener of listeners) listener(change)
  }

  /** Lines are looked up in the file as it is by then; a later change tells anew. */
  async function tellFindings(owner: string): Promise<void> {
    const shelf = shelves.get(owner)
    if (!shelf) return
    const { entries } = shelf
    const findings = await findingsOf(shelf)
    const isCurrent = shelves.get(owner) === shelf && shelf.entries === entries && !unreadable.has(owner)
    if (isCurrent) problems.set({ path: shelf.path, owner }, findings)
  }

  function tellUnreadable(owner: string, error: unknown): void {
    unreadable.add(owner)
    problems.set({ path: dataDir.userLinks(owner), owner }, [findingOfFile(error, shelves.has(owner))])
  }

  async function openShelf(owner: string): Promise<Shelf | undefined> {
    try {
      const file = await TomlFile.open(dataDir.userLinks(owner), LinksFile)
      unreadable.delete(owner)
      const onChange = (changes: readonly LinkChange[]) => {
        apply(changes)
        void tellFindings(owner)
      }
      return createShelf({ owner, file, onChange })
    } catch (error) {
      tellUnreadable(owner, error)
      return undefined
    }
  }

  /** Links of a file that was broken come back once it is mended. */
  async function takeIn(owner: string): Promise<void> {
    const shelf = shelves.get(owner)
    if (!shelf) return setOwners(known)
    try {
      await shelf.refresh()
      // What has changed is told of by itself; a file that was put back as it was is not.
      if (unreadable.delete(owner)) await tellFindings(owner)
    } catch (error) {
      tellUnreadable(owner, error)
    }
  }

  async function watchOwner(owner: string): Promise<void> {
    const path = dataDir.userLinks(owner)
    await mkdir(dirname(path), { recursive: true, mode: 0o750 })
    watches.set(
      owner,
      watchFile(path, () => void takeIn(owner), report),
    )
  }

  function setOwners(owners: readonly string[]): Promise<void> {
    settingOwners = settingOwners.then(() => openOwners(owners))
    return settingOwners
  }

  function shelfOf(owner: string): Shelf {
    const shelf = shelves.get(owner)
    if (shelf) return shelf
    throw new AppError('file_broken', `The links of ${owner} cannot be read. Mend users/${owner}/links.toml`)
  }

  /** Whose a code is, be it of a link, of a row that is none, or of a link still being made. */
  function ownerOf(code: string): string | undefined {
    const held = index.find(code)?.owner ?? reserved.get(code)?.owner
    return held ?? [...shelves].find(([, shelf]) => shelf.has(code))?.[0]
  }

  async function openOwners(owners: readonly string[]): Promise<void> {
    known = owners
    await Promise.all(owners.filter(owner => !watches.has(owner)).map(watchOwner))
    const opened = await Promise.all(
      owners.map(async owner => [owner, shelves.get(owner) ?? (await openShelf(owner))] as const),
    )
    const before = shelves
    shelves = new Map(opened.flatMap(([owner, shelf]) => (shelf ? [[owner, shelf]] : [])))
    index.rebuild([...shelves.values()])
    const isNew = (owner: string) => !before.has(owner)
    const gone = [...before].filter(([owner]) => !owners.includes(owner))
    apply([
      ...gone.flatMap(([owner, shelf]) => changesOf('removed', owner, shelf)),
      ...[...shelves].flatMap(([owner, shelf]) => (isNew(owner) ? changesOf('created', owner, shelf) : [])),
    ])
    await Promise.all([...shelves.keys()].filter(isNew).map(tellFindings))
    for (const owner of [...watches.keys()].filter(owner => !owners.includes(owner))) leave(owner)
    await Promise.all(gone.map(([, shelf]) => shelf.close()))
  }

  function leave(owner: string): void {
    watches.get(owner)?.()
    watches.delete(owner)
    unreadable.delete(owner)
    problems.set({ path: dataDir.userLinks(owner), owner }, [])
  }

  function reserve(owner: string, code?: string): Reservation {
    const held = code ?? generateCode(code => ownerOf(code) !== undefined)
    if (ownerOf(held) !== undefined) throw codeTaken(held)
    const reservation: Reservation = {
      code: held,
      owner,
      release() {
        if (reserved.get(held) === reservation) reserved.delete(held)
      },
    }
    reserved.set(held, reservation)
    return reservation
  }

  return {
    /** Counts up with every change: what was worked out for one version holds until the next. */
    get version() {
      return version
    },

    /** Opens the files of these users, in this order, and lets go of the others. */
    setOwners,

    /** The link that a code leads to. */
    find: index.find,
    findOf: (owner: string, code: string): Entry | undefined => shelves.get(owner)?.entries.get(code),
    /** Everybody's links, or one owner's. */
    list: (owner?: string): Entry[] =>
      [...shelves].flatMap(([name, { entries }]) =>
        owner === undefined || name === owner ? [...entries.values()] : [],
      ),
    /** False for a user whose file cannot be read: then nothing is known of what they have. */
    knows: (owner: string): boolean => shelves.has(owner),
    /** Whether there is such a user. */
    hasOwner: (owner: string): boolean => known.includes(owner),
    /** Whether every user's file can be read, so that what is not here is nowhere. */
    isWhole: (): boolean => known.every(owner => shelves.has(owner)),
    isReserved: (code: string): boolean => reserved.has(code),
    ownerOf,
    /** Every table under a code of this owner, as it stands in the file. Throws `file_broken`. */
    rowsOf: (owner: string): ReadonlyMap<string, Row> => shelfOf(owner).rows(),
    /** Whether a link of this owner leads to the file of this path. */
    hasPath: (owner: string, path: string): boolean => shelves.get(owner)?.hasPath(path) ?? false,

    /** Holds a code, or a fresh one where none is given. Throws `code_taken`. */
    reserve,

    /** Each of these is on the disk when it resolves. Throw `code_taken` or `conflict`. */
    add: (owner: string, code: string, row: Row) => shelfOf(owner).add(new Map([[code, row]])),
    /** One write for all of them. */
    addAll: (owner: string, rows: ReadonlyMap<string, Row>) => shelfOf(owner).add(rows),
    replace: (entry: Entry, row: Row, code?: string) => shelfOf(entry.owner).replace(entry, row, code),
    drop: (entry: Entry) => shelfOf(entry.owner).drop(entry),
    /** Several rows of one owner in one write, over whatever stands there. */
    write: (owner: string, change: RowsChange) => shelfOf(owner).write(change),

    /** Hears of every change, ours and those made to the files by hand. Returns the function that ends it. */
    onChange(listener: (change: LinkChange) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    async close(): Promise<void> {
      for (const stop of watches.values()) stop()
      await Promise.all([...shelves.values()].map(shelf => shelf.close()))
    },
  }
}

const changesOf = (action: LinkChange['action'], owner: string, { entries }: Shelf): LinkChange[] =>
  [...entries.keys()].map(code => ({ action, code, owner }))
