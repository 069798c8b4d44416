import { readFile, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
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
  /** One write of links.toml; dropped links go to the trash. */
  restoreRows(
    owner: string,
    change: { readonly put: ReadonlyMap<string, Row>; readonly drop: readonly string[] },
  ): Promise<void>
  /** Brings back what was last deleted under this code. */
  undrop(owner: string, code: string): Promise<void>
}

/** What is asked of the users. Each is on the disk, and known to everybody, when it resolves. */
export interface RestoredUsers {
  names(): readonly string[]
  add(rows: ReadonlyMap<string, Table>): Promise<void>
  drop(names: readonly string[]): Promise<void>
}

interface CommitOptions {
  readonly dataDir: DataDir
  readonly assets: Pick<Assets, 'remove'>
  readonly links: RestoredLinks
  readonly users: RestoredUsers
  readonly journal: Journal
  readonly report: (message: string) => void
}

type Undo = () => Promise<void>

export function createCommit({ dataDir, assets, links, users, journal, report }: CommitOptions) {
  async function addUsers(steps: readonly UserStep[]): Promise<Undo> {
    const rows = new Map<string, Table>()
    for (const { username, userRow } of steps) {
      if (userRow && !users.names().includes(username)) rows.set(username, userRow)
    }
    if (rows.size === 0) return async () => {}
    await users.add(rows)
    return async () => {
      await users.drop([...rows.keys()])
      // An assets folder may have been made for them; whatever is not empty stays.
      for (const name of rows.keys()) {
        await rmdir(dataDir.userAssets(name)).catch(() => {})
        await rmdir(dirname(dataDir.userLinks(name))).catch(() => {})
      }
    }
  }

  async function writeConfig({ username, config }: UserStep): Promise<Undo> {
    if (config === undefined || username === 'admin') return async () => {}
    const path = userConfigPath(dataDir, username)
    const before = await readFile(path, 'utf8').catch(() => undefined)
    await writeDurably(path, config)
    return async () => {
      if (before === undefined) await rm(path, { force: true })
      else await writeDurably(path, before)
    }
  }

  async function writeRows({ username, put, drop }: UserStep): Promise<Undo> {
    const before = links.rowsOf(username)
    const dropped = drop.filter(code => before.has(code))
    if (put.size === 0 && dropped.length === 0) return async () => {}
    await links.restoreRows(username, { put, drop: dropped })
    return async () => {
      const old = [...put.keys()].flatMap((code): [string, Row][] => {
        const row = before.get(code)
        return row ? [[code, row]] : []
      })
      const made = [...put.keys()].filter(code => !before.has(code))
      await links.restoreRows(username, { put: new Map(old), drop: made })
      for (const code of dropped) await links.undrop(username, code)
    }
  }

  /** In the order in which each part can be relied on by the next. */
  async function apply(steps: readonly UserStep[]): Promise<void> {
    const undos: Undo[] = []
    try {
      undos.push(await addUsers(steps))
      for (const step of steps) undos.push(await writeConfig(step))
      for (const step of steps) undos.push(await writeRows(step))
    } catch (error) {
      for (const undo of undos.reverse()) {
        await undo().catch(failure => report(`A part of a failed restore could not be taken back: ${failure}`))
      }
      throw error
    }
  }

  /** Deletes these files, as far as no link leads to them. */
  async function removeUnused(steps: readonly UserStep[], which: 'files' | 'replaced'): Promise<void> {
    for (const step of steps) {
      if (!users.names().includes(step.username) && which === 'replaced') continue
      const used = users.names().includes(step.username) ? usedPaths(links.rowsOf(step.username)) : new Set()
      for (const path of step[which]) if (!used.has(path)) await assets.remove(step.username, path)
    }
  }

  return {
    /** `keepFiles` gives the files their names. Throws what stopped it, once everything is as it was. */
    async run(steps: readonly UserStep[], keepFiles: () => Promise<void>): Promise<void> {
      await journal.write('staging', steps)
      try {
        await keepFiles()
        await journal.write('committing', steps)
        await apply(steps)
      } catch (error) {
        await removeUnused(steps, 'files')
        await journal.clear()
        throw error
      }
      await removeUnused(steps, 'replaced')
      await journal.clear()
    },

    /** Finishes, or clears away, what a crash cut short. */
    async recover(): Promise<void> {
      const left = journal.read()
      if (!left) return
      if (left.phase === 'committing') {
        await apply(left.steps)
        await removeUnused(left.steps, 'replaced')
        report('A restore that a crash had cut short was finished')
      }
      await removeUnused(left.steps, 'files')
      await journal.clear()
    },
  }
}

const usedPaths = (rows: ReadonlyMap<string, Row>): ReadonlySet<string | undefined> =>
  new Set([...rows.values()].map(pathOf))
