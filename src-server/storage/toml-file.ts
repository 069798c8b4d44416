import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { parse, stringify, TomlError } from 'smol-toml'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { writeDurably } from './durable.ts'
import { findLine } from './find-line.ts'
import { inOrderOfBefore, inOrderOfText } from './key-order.ts'

/** Where in a file something is wrong, as far as it is known; lines and columns from 1. */
export interface Place {
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly entry?: string | undefined
}

/** A file that does not parse: its message names file and place, `reason` says what is wrong there. */
export class BrokenFile extends AppError {
  readonly place: Place
  readonly reason: string

  constructor(file: string, place: Place, { reason, cause }: { readonly reason: string; readonly cause: unknown }) {
    const { line, column, entry } = place
    const where = [file, line && `line ${line}`, column && `column ${column}`, entry].filter(Boolean).join(', ')
    super('file_broken', `${where}: ${reason}`, { cause })
    this.place = place
    this.reason = reason
  }
}

/** A TOML table that is kept as it is: no row copied, no key lost, not even `__proto__`. */
export type Table = Readonly<Record<string, unknown>>

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

export const Table = z.custom<Table>(isTable, 'This has to be a table')

interface Turn<S extends z.ZodType> {
  readonly change: (current: z.output<S>) => z.input<S>
  readonly resolve: (value: z.output<S>) => void
  readonly reject: (error: unknown) => void
}

/** Tells one state of a file from another; undefined: there is no file. */
type Fingerprint = string | undefined

/**
 * The one way to read or change a TOML file.
 *
 * Holds the last good value in memory. Changes wait in line; those that wait when a write starts are applied one after
 * the other, written together and acknowledged once they are on the disk. A change made to the file by hand in between is
 * read first, and a file that does not parse is never written over. Schemas are loose, so unknown keys survive.
 */
export class TomlFile<S extends z.ZodType> {
  readonly path: string
  readonly #schema: S
  #value: z.output<S>
  #seen: Fingerprint
  #waiting: Turn<S>[] = []
  #queue: Promise<unknown> = Promise.resolve()
  readonly #listeners = new Set<(value: z.output<S>) => void>()

  private constructor(path: string, schema: S, { value, seen }: { value: z.output<S>; seen: Fingerprint }) {
    this.path = path
    this.#schema = schema
    this.#value = value
    this.#seen = seen
  }

  /** A missing file is the schema's value for `{}`. Throws `file_broken`, naming file, line and column or key. */
  static async open<S extends z.ZodType>(path: string, schema: S): Promise<TomlFile<S>> {
    const found = await read(path)
    return new TomlFile(path, schema, { value: understand(path, schema, found?.text ?? ''), seen: found?.seen })
  }

  /** As `open`, but a file that does not parse counts as an empty one until it is mended, and comes with what is wrong. */
  static async openLeniently<S extends z.ZodType>(
    path: string,
    schema: S,
  ): Promise<{ file: TomlFile<S>; broken?: BrokenFile }> {
    try {
      return { file: await TomlFile.open(path, schema) }
    } catch (broken) {
      if (!(broken instanceof BrokenFile)) throw broken
      // Nothing of it was seen, so that every change reads it first, and is refused as long as it is broken.
      const file = new TomlFile(path, schema, { value: understand(path, schema, ''), seen: undefined })
      return { file, broken }
    }
  }

  get value(): z.output<S> {
    return this.#value
  }

  /** False until there is a file to read. */
  get isOnDisk(): boolean {
    return this.#seen !== undefined
  }

  /**
   * Applies `change` to the current value and resolves with the file's new value once that is on the disk. Rejects, and
   * changes nothing, with what `change` or the schema throws, with `file_broken` or with `disk_full`.
   */
  modify(change: (current: z.output<S>) => z.input<S>): Promise<z.output<S>> {
    return new Promise((resolve, reject) => {
      const isFirst = this.#waiting.push({ change, resolve, reject }) === 1
      if (isFirst) void this.#inTurn(() => this.#commit())
    })
  }

  /** Reads the file again if it was changed by somebody else. Throws `file_broken`; then the last good value stays. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#readAgain())
  }

  /** The file as it stands on the disk, for whoever looks for a line in it; empty where it cannot be read. */
  readText(): Promise<string> {
    return readFile(this.path, 'utf8').catch(() => '')
  }

  /** Calls `listener` with every new value. Returns the function that ends it. */
  onChange(listener: (value: z.output<S>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Waits for what is still being written. */
  async close(): Promise<void> {
    while (this.#waiting.length > 0) await this.#queue
    await this.#queue
    this.#listeners.clear()
  }

  /** One after the other: a file is never read while it is being written. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task)
    this.#queue = run.catch(() => {})
    return run
  }

  /** Never rejects: every outcome is told to those who wait for it. */
  async #commit(): Promise<void> {
    try {
      await this.#readAgain()
    } catch (error) {
      for (const turn of this.#waiting.splice(0)) turn.reject(error)
      return
    }
    const { value, accepted } = this.#apply(this.#waiting.splice(0))
    if (accepted.length === 0) return
    try {
      this.#seen = fingerprint(await writeDurably(this.path, stringify(value)))
      this.#swap(value)
      for (const turn of accepted) turn.resolve(value)
    } catch (error) {
      for (const turn of accepted) turn.reject(error)
    }
  }

  #apply(turns: readonly Turn<S>[]): { value: z.output<S>; accepted: Turn<S>[] } {
    let value = this.#value
    const accepted = turns.filter(turn => {
      try {
        const given = turn.change(value)
        value = inOrderOf(given, this.#schema.parse(given))
        return true
      } catch (error) {
        turn.reject(error)
        return false
      }
    })
    return { value: accepted.length === 0 ? value : inOrderOfBefore(value, this.#value), accepted }
  }

  /** A file that is gone is written anew with all that is known: an editor may be about to put it back. */
  async #readAgain(): Promise<void> {
    const found = await read(this.path, this.#seen)
    if (!found || found.seen === this.#seen) return
    const value = understand(this.path, this.#schema, found.text)
    this.#seen = found.seen
    this.#swap(value)
  }

  #swap(value: z.output<S>): void {
    this.#value = value
    for (const listener of this.#listeners) {
      try {
        listener(value)
      } catch (error) {
        // The change is on the disk all the same: whoever made it must not be told otherwise.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

const fingerprint = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino} ${size} ${mtimeNs}`

/** The file's text and state, or just its state where that is `known`; undefined: there is no file. */
async function read(path: string, known?: Fingerprint): Promise<{ text: string; seen: string } | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const seen = fingerprint(await file.stat({ bigint: true }))
    return { text: seen === known ? '' : await file.readFile('utf8'), seen }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  } finally {
    await file?.close()
  }
}

/** TOML text → the schema's output. Throws `file_broken`. */
function understand<S extends z.ZodType>(path: string, schema: S, text: string): z.output<S> {
  const name = nameOf(path)
  const table = parseToml(name, text)
  const parsed = schema.safeParse(table)
  if (parsed.success) return inOrderOfText(inOrderOf(table, parsed.data), text)
  const [issue] = parsed.error.issues
  const entry = issue?.path.join('.') || undefined
  const place = { line: findLine(text.split('\n'), (issue?.path ?? []).slice(0, 2).map(String)), entry }
  throw new BrokenFile(name, place, { reason: issue?.message ?? 'This cannot be read', cause: parsed.error })
}

/** A file as people know it: below the data folder. */
function nameOf(path: string): string {
  const [of, user, file] = path.split(/[\\/]/).slice(-3)
  return of === 'users' ? `${of}/${user}/${file}` : `${user}/${file}`
}

/** A schema moves the keys it knows to the front; the file keeps the order in which its person wrote it. */
function inOrderOf<T>(given: unknown, parsed: T): T {
  if (given === parsed || !isTable(given) || !isTable(parsed)) return parsed
  const keys = new Set([...Object.keys(given), ...Object.keys(parsed)].filter(key => Object.hasOwn(parsed, key)))
  return Object.fromEntries([...keys].map(key => [key, inOrderOf(given[key], parsed[key])])) as T
}

function parseToml(name: string, text: string): unknown {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' })
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '') ?? ''
    throw new BrokenFile(name, { line: error.line, column: error.column }, { reason, cause: error })
  }
}
