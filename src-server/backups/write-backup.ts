import { readFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { stringify } from 'smol-toml'
import { v4 as uuid } from 'uuid'
import { AppError } from '../contract/errors.ts'
import type { Row } from '../links/record.ts'
import type { Assets } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import type { Table } from '../storage/toml-file.ts'
import { foldedName, isSafeName } from './entry-name.ts'
import { type BackupInfo, type LeftOut, metadataName, writeMetadata } from './metadata.ts'
import { createZipWriter, type ZipWriter } from './zip-writer.ts'

/**
 * Links and their files as a zip of upstream’s layout: one user’s at its root, or everybody’s below `users/NAME/`. The
 * links are those of one moment; a file that is gone when its turn comes takes its link along, which the metadata names.
 * Only files that a link leads to come along, and none from outside their owner’s assets folder.
 */
export interface BackupSources {
  readonly dataDir: DataDir
  readonly assets: Pick<Assets, 'open'>
  readonly rowsOf: (owner: string) => ReadonlyMap<string, Row>
  readonly usernames: () => readonly string[]
  /** Of a user, where it is known. */
  readonly createdAt: (username: string) => Date | undefined
  /** The table `users` of users.toml. */
  readonly userRows: () => Table
}

export interface BackupOrder {
  readonly info: BackupInfo
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** Within what restoring takes in one go. */
const mostFiles = 99_000

/** The zip as a stream; it ends in an error where the backup cannot be whole. Throws `conflict` for too many files. */
export function writeBackup(sources: BackupSources, order: BackupOrder): ZipWriter['output'] {
  const { info, signal } = order
  const users = info.user === '*' ? sources.usernames() : [info.user]
  const parts = users.map(user => ({
    user,
    prefix: info.user === '*' ? `users/${user}/` : '',
    rows: sources.rowsOf(user),
  }))
  const files = parts.reduce((sum, { rows }) => sum + [...rows.values()].filter(pathOf).length, 0)
  if (files > mostFiles) throw tooMany(files)
  const zip = createZipWriter()
  void fill(zip, { sources, order, parts }).catch(error => zip.fail(signal.aborted ? signal.reason : error))
  return zip.output
}

interface Part {
  readonly user: string
  readonly prefix: string
  readonly rows: ReadonlyMap<string, Row>
}

interface Filling {
  readonly sources: BackupSources
  readonly order: BackupOrder
  readonly parts: readonly Part[]
}

async function fill(zip: ZipWriter, { sources, order, parts }: Filling): Promise<void> {
  const { info } = order
  const total = await sizeOf(parts, sources)
  let done = 0
  const count = (bytes: number) => {
    done += bytes
    order.signal.throwIfAborted()
    order.onProgress(done, total)
  }
  const leftOut: LeftOut[] = []
  for (const part of parts) leftOut.push(...(await addUser(zip, part, { sources, count, at: info.createdAt })))
  if (info.user === '*') await addInstance(zip, sources, info.createdAt)
  zip.addText(metadataName, writeMetadata(info, zip.hashes, leftOut), info.createdAt)
  zip.end()
}

interface Adding {
  readonly sources: BackupSources
  readonly count: (bytes: number) => void
  readonly at: Date
}

/** Files first: which links can come along is only known after them. */
async function addUser(zip: ZipWriter, { user, prefix, rows }: Part, adding: Adding): Promise<LeftOut[]> {
  const { sources, count, at } = adding
  const kept = new Map<string, Row>()
  const leftOut: LeftOut[] = []
  const names = createEntryNames()
  for (const [code, row] of rows) {
    const path = pathOf(row)
    const name = path === undefined ? undefined : names.of(path)
    if (path === undefined || name === undefined) {
      kept.set(code, row)
      continue
    }
    const isThere =
      name.isAdded || (await addAsset(zip, { entry: `${prefix}assets/${name.entry}`, user, path }, adding))
    if (isThere) names.added(path)
    if (isThere) kept.set(code, name.entry === path ? row : { ...row, path: name.entry })
    else leftOut.push({ user, code })
  }
  count(0)
  zip.addText(`${prefix}links.toml`, stringify({ links: Object.fromEntries(kept) }), at)
  const config = user === 'admin' ? undefined : await textOf(userConfigPath(sources.dataDir, user))
  if (config !== undefined) zip.addText(`${prefix}config.toml`, config, at)
  return leftOut
}

async function addAsset(
  zip: ZipWriter,
  { entry, user, path }: { entry: string; user: string; path: string },
  { sources, count }: Adding,
): Promise<boolean> {
  const file = await sources.assets.open(user, path)
  if (file) await zip.addFile(entry, file, count)
  return file !== undefined
}

/** What makes the users and the looks of an instance; the admin’s hash never counts, so that it stays here. */
async function addInstance(zip: ZipWriter, { dataDir, userRows }: BackupSources, at: Date): Promise<void> {
  const rows = Object.entries(userRows()).map(([name, row]): [string, unknown] => {
    if (name !== 'admin') return [name, row]
    const { password_hash: _, ...rest } = row as Table
    return [name, rest]
  })
  zip.addText('users/users.toml', stringify({ users: Object.fromEntries(rows) }), at)
  for (const [name, path] of [
    ['config/config.toml', dataDir.config],
    ['config/themes.toml', dataDir.themes],
  ] as const) {
    const text = await textOf(path)
    if (text !== undefined) zip.addText(name, text, at)
  }
}

/**
 * Stored paths → names in the zip. A path that some system could not hold, or would take for another one, gets a fresh
 * name, and its row with it.
 */
function createEntryNames() {
  const byPath = new Map<string, string>()
  const taken = new Set<string>()
  const added = new Set<string>()
  return {
    of(path: string): { entry: string; isAdded: boolean } {
      const known = byPath.get(path)
      if (known !== undefined) return { entry: known, isAdded: added.has(path) }
      const isFit = isSafeName(path) && !taken.has(foldedName(path))
      const entry = isFit ? path : `${uuid()}${/^\.\w{1,16}$/.exec(extname(path))?.[0] ?? ''}`
      byPath.set(path, entry)
      taken.add(foldedName(entry))
      return { entry, isAdded: false }
    },
    added: (path: string) => added.add(path),
  }
}

/** Bytes of all files, as far as they can be opened now. */
async function sizeOf(parts: readonly Part[], { assets }: BackupSources): Promise<number> {
  let total = 0
  for (const { user, rows } of parts) {
    for (const path of new Set([...rows.values()].map(pathOf))) {
      const file = path === undefined ? undefined : await assets.open(user, path)
      total += file?.stats.size ?? 0
      await file?.handle.close()
    }
  }
  return total
}

/** Where a user’s own choice of themes lies. */
export const userConfigPath = (dataDir: DataDir, user: string): string =>
  join(dirname(dataDir.userLinks(user)), 'config.toml')

/** A redirect leads to no file, whatever else stands in its row. */
export const pathOf = (row: Row): string | undefined =>
  row.type !== 'redirect' && typeof row.path === 'string' ? row.path : undefined

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })

const tooMany = (files: number) =>
  new AppError(
    'conflict',
    `One backup holds at most ${mostFiles.toLocaleString('en')} files, and these are ${files.toLocaleString('en')}. Back up people one by one`,
  )
