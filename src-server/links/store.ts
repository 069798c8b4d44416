import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { TomlFile } from '../storage/toml-file.ts'
import { watchFile } from '../storage/watch-file.ts'
import { generateCode } from './codes.ts'
import type { Row } from './record.ts'
import { codeTaken, createShelf, type Entry, type LinkChange, LinksFile, type Shelf } from './shelf.ts'

/**
 * All users' links: one links.toml each on the disk, one index over all of them in memory. Reading never touches the
 * disk. A file that does not parse takes only its owner's links out. Knows no rules.
 */
export type LinkStore = ReturnType<typeof createLinkStore>

/** A code that is held for a link still being made, against everybody. */
export interface Reservation {
  readonly code: string
  release(): void
}

interface LinkStoreOptions {
  readonly dataDir: DataDir
  readonly report: (message: string) => void
}

export function createLinkStore({ dataDir, report }: LinkStoreOptions) {
  /** In the order of users.toml: where two users hold the same code, the first one's link is served. */
  let shelves = new Map<string, Shelf>()
  const index = new Map<string, Entry>()
  const reserved = new Map<string, Reservation>()
  const listeners = new Set<(change: LinkChange) => void>()
  let version = 0
  let known: readonly string[] = []
  const watches = new Map<string, () => void>()
  let settingOwners: Promise<void> = Promise.resolve()

  function settle(code: string): void {
    const holder = [...shelves.values()].find(shelf => shelf.entries.has(code))
    const entry = holder?.entries.get(code)
    if (entry) index.set(code, entry)
    else index.delete(code)
  }

  function apply(changes: readonly LinkChange[]): void {
    version++
    for (const { code } of changes) settle(code)
    for (const change of changes) for (const listener of listeners) listener(change)
  }

  async function openShelf(owner: string): Promise<Shelf | undefined> {
    try {
      const file = await TomlFile.open(dataDir.userLinks(owner), LinksFile)
      return createShelf({ owner, file, report, onChange: apply })
    } catch (error) {
      report(`The links of ${owner} are left out: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }

  /** Links of a file that was broken come back once it is mended. */
  async function takeIn(owner: string): Promise<void> {
    const shelf = shelves.get(owner)
    if (!shelf) return setOwners(known)
    await shelf.refresh().catch(error => report(`${error.message}. The links of ${owner} stay as they were`))
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
    throw new AppError('file_broken', `The links of ${owner} cannot be read. Mend ${dataDir.userLinks(owner)}`)
  }

  const isTaken = (code: string) => reserved.has(code) || [...shelves.values()].some(shelf => shelf.has(code))

  async function openOwners(owners: readonly string[]): Promise<void> {
    known = owners
    await Promise.all(owners.filter(owner => !watches.has(owner)).map(watchOwner))
    const opened = await Promise.all(
      owners.map(async owner => [owner, shelves.get(owner) ?? (await openShelf(owner))] as const),
    )
    const gone = [...shelves].filter(([owner]) => !owners.includes(owner)).map(([, shelf]) => shelf)
    shelves = new Map(opened.flatMap(([owner, shelf]) => (shelf ? [[owner, shelf]] : [])))
    version++
    index.clear()
    for (const shelf of [...shelves.values()].reverse())
      for (const [code, entry] of shelf.entries) index.set(code, entry)
    for (const [owner, stop] of watches) {
      if (owners.includes(owner)) continue
      stop()
      watches.delete(owner)
    }
    await Promise.all(gone.map(shelf => shelf.close()))
  }

  function reserve(code: string | undefined): Reservation {
    const held = code ?? generateCode(isTaken)
    if (isTaken(held)) throw codeTaken(held)
    const reservation: Reservation = {
      code: held,
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
    find: (code: string): Entry | undefined => index.get(code),
    findOf: (owner: string, code: string): Entry | undefined => shelves.get(owner)?.entries.get(code),
    /** Everybody's links, or one owner's. */
    list: (owner?: string): Entry[] =>
      [...shelves].flatMap(([name, { entries }]) =>
        owner === undefined || name === owner ? [...entries.values()] : [],
      ),
    /** False for a user whose file cannot be read: then nothing is known of what they have. */
    knows: (owner: string): boolean => shelves.has(owner),
    isReserved: (code: string): boolean => reserved.has(code),

    /** Holds a code, or a fresh one where none is given. Throws `code_taken`. */
    reserve,

    /** Each of these is on the disk when it resolves. Throw `code_taken` or `conflict`. */
    add: (owner: string, code: string, row: Row) => shelfOf(owner).add(code, row),
    replace: (entry: Entry, row: Row, code?: string) => shelfOf(entry.owner).replace(entry, row, code),
    drop: (entry: Entry) => shelfOf(entry.owner).drop(entry),

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
