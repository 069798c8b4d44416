import { readFile, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { Row } from '../links/record.ts'
import type { Assets } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { writeDurably } from '../storage/durable.ts'
import type { Table } from '../storage/toml-file.ts'
import type { Journal, UserStep } from './journal.ts'
import { pathOf, userConfigPath } from './write-backup.ts'

/**
 * The last part of a restore, all of it or none: the journal is written, files get their names, users are made, and each
 * user’s links.toml is written once. What fails on the way is taken back; what a crash cuts short is finished, or its
 * files cleared away, by `recover` at the next start.
 */
export type Commit = ReturnType<typeof createCommit>

/** What is asked of the links. */
export interface RestoredLinks {
  rowsOf(owner: string): ReadonlyMap<string, Row>
  ownerOf(code: string): string | undefined
  /** One write of links.toml; what is dropped or written over goes to the trash, with its file. */
  restoreRows(
    owner: string,
    change: { readonly put: ReadonlyMap<string, Row>; readonly drop: readonly string[] },
  ): Promise<void>
}

/** What is asked of the users. Each is on the disk, and known to everybody, when it resolves. */
export interface RestoredUsers {
  names(): readonly string[]
  /** Since when a user is here, where it is known. */
  createdAt(username: string): Date | undefined
  add(rows: ReadonlyMap<string, Table>): Promise<void>
  drop(names: readonly string[]): Promise<void>
}

interface CommitOptions {
  readonly dataDir: DataDir
  readonly assets: Pick<Assets, 'hold' | 'remove'>
  readonly links: RestoredLinks
  readonly users: RestoredUsers
  readonly journal: Journal
  readonly report: (message: string) => void
}

/** One part that is done: how to take it back, and what to let go of once everything is done. */
interface Done {
  undo(): Promise<void>
  settle(): Promise<void>
}

const nothing: Done = { undo: async () => {}, settle: async () => {} }

export function createCommit({ dataDir, assets, links, users, journal, report }: CommitOptions) {
  async function addUsers(steps: readonly UserStep[]): Promise<Done> {
    const rows = new Map<string, Table>()
    for (const { username, userRow } of steps) {
      if (userRow && !users.names().includes(username)) rows.set(username, userRow)
    }
    if (rows.size === 0) return nothing
    await users.add(rows)
    return { ...nothing, undo: () => dropUsers([...rows.keys()]) }
  }

  async function dropUsers(names: readonly string[]): Promise<void> {
    await users.drop(names)
    // There was none before: a user who would take one over is never made.
    for (const name of names) await rm(dataDir.userLinks(name), { force: true })
  }

  async function writeConfig({ username, config }: UserStep): Promise<Done> {
    if (config === undefined || username === 'admin') return nothing
    const path = userConfigPath(dataDir, username)
    const before = await readFile(path, 'utf8').catch(() => undefined)
    await writeDurably(path, config)
    return {
      ...nothing,
      async undo() {
        if (before === undefined) await rm(path, { force: true })
        else await writeDurably(path, before)
      },
    }
  }

  async function writeRows({ username, put, drop }: UserStep, isFinishing: boolean): Promise<Done> {
    const before = links.rowsOf(username)
    const dropped = drop.filter(code => before.has(code))
    if (put.size === 0 && dropped.length === 0) return nothing
    const old = [...put.keys(), ...dropped].flatMap((code): [string, Row][] => {
      const row = before.get(code)
      return row ? [[code, row]] : []
    })
    const [held, needed] = [await holdFiles(username, old), await holdFiles(username, [...put])]
    const letGo = async () => {
      for (const file of held.values()) await file.discard()
    }
    try {
      const lost = [...put].find(([, row]) => !needed.has(pathOf(row) ?? '') && pathOf(row) !== undefined)
      if (lost && !isFinishing) throw changedMeanwhile(lost[0])
      await links.restoreRows(username, { put, drop: dropped })
      // Whoever replaced one of these files just before may have taken it away since it was held.
      for (const file of needed.values()) await file.putBack()
    } catch (error) {
      await letGo()
      throw error
    } finally {
      for (const file of needed.values()) await file.discard()
    }
    return {
      async undo() {
        const made = [...put.keys()].filter(code => !before.has(code))
        await links.restoreRows(username, { put: new Map(old), drop: made })
        for (const file of held.values()) await file.putBack()
      },
      settle: letGo,
    }
  }

  /** Stored path → a second hold on the file; what is not there is left out. */
  async function holdFiles(username: string, rows: readonly (readonly [string, Row])[]) {
    const paths = [...new Set(rows.flatMap(([, row]) => pathOf(row) ?? []))]
    const held = await Promise.all(paths.map(async path => [path, await assets.hold(username, path)] as const))
    return new Map(held.flatMap(([path, file]) => (file ? [[path, file] as const] : [])))
  }

  /** In the order in which each part can be relied on by the next. */
  async function apply(steps: readonly UserStep[], isFinishing = false): Promise<void> {
    const done: Done[] = []
    try {
      done.push(await addUsers(steps))
      for (const step of steps) done.push(await writeConfig(step))
      for (const step of steps) done.push(await writeRows(step, isFinishing))
    } catch (error) {
      for (const { undo } of done.reverse()) {
        await undo().catch(failure => report(`A part of a failed restore could not be taken back: ${failure}`))
      }
      throw error
    }
    for (const { settle } of done) await settle()
  }

  /** Deletes the files that came and that no link leads to. */
  async function removeUnused(steps: readonly UserStep[]): Promise<void> {
    for (const { username, files } of steps) {
      const rows = users.names().includes(username) ? links.rowsOf(username) : new Map<string, Row>()
      const used = new Set([...rows.values()].map(pathOf))
      for (const path of files) if (!used.has(path)) await assets.remove(username, path)
      if (!users.names().includes(username)) await removeEmptyFolders(username)
    }
  }

  /** What is not empty is not ours, and stays. */
  async function removeEmptyFolders(username: string): Promise<void> {
    await rmdir(dataDir.userAssets(username)).catch(() => {})
    await rmdir(dirname(dataDir.userLinks(username))).catch(() => {})
  }

  /** Finishes, or clears away, what a crash cut short. Throws nothing: what cannot be done is reported, and tried again. */
  async function recover(): Promise<void> {
    const left = journal.read()
    if (!left) return
    try {
      if (left.phase === 'committing') {
        await apply(left.steps, true)
        report('A restore that was cut short has been finished')
      }
      await removeUnused(left.steps)
      await journal.clear()
    } catch (error) {
      report(`A restore that was cut short cannot be finished yet: ${error instanceof Error ? error.message : error}`)
    }
  }

  return {
    recover,

    /** Takes away what was made anew of the folders of users who are gone, as far as it is empty. */
    async clearFolders(usernames: readonly string[]): Promise<void> {
      for (const username of usernames) await removeEmptyFolders(username)
    },

    /** `keepFiles` gives the files their names. Throws what stopped it, once everything is as it was. */
    async run(steps: readonly UserStep[], keepFiles: () => Promise<void>): Promise<void> {
      await recover()
      if (journal.read()) throw unfinished()
      try {
        await journal.write('staging', steps)
        await keepFiles()
        await journal.write('committing', steps)
        await apply(steps)
      } catch (error) {
        await removeUnused(steps)
        await journal.clear()
        throw error
      }
      await journal.clear()
    },
  }
}

const unfinished = () =>
  new AppError('conflict', 'An earlier restore is not finished. The log says what stops it: mend that, then restore')

const changedMeanwhile = (code: string) =>
  new AppError('conflict', `/${code} was changed at the same time, so nothing was restored. Try again`)
