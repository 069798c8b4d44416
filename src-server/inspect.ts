import { readdir, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { readRow } from './links/record.ts'
import { createDataDir, type DataDir } from './storage/data-dir.ts'
import { isTable, Table, TomlFile } from './storage/toml-file.ts'

/**
 * A look into a folder before it becomes an instance's: what kind it is, how much is in it, what is broken. Reads only:
 * nothing is made, locked or changed, so it may be the folder of a program that runs at this moment.
 */
export interface Inspection {
  /** `missing`: it can be made. `other`: it holds something else, or cannot be read. */
  readonly kind: 'trunk8' | 'empty' | 'missing' | 'other'
  readonly users: number
  readonly links: number
  /** Sentences for the person who chose it. */
  readonly problems: readonly string[]
}

const UsersFile = z.looseObject({ users: Table.optional() })
const LinksFile = z.looseObject({ links: Table.optional() })

/** What file managers leave in any folder. */
const clutter = ['.DS_Store', '.directory', 'Thumbs.db', 'desktop.ini']

/** Never throws for what it finds. `path` is absolute. Upstream's own working folder, program and all, is a Trunk8 folder. */
export async function inspectDataDir(path: string): Promise<Inspection> {
  const names = await listNames(path)
  if (typeof names === 'string')
    return nothing(names === 'ENOENT' ? 'missing' : 'other', explainUnreadable(path, names))
  if (await holdsInstance(path)) return inspectInstance(createDataDir(path))
  if (names.every(name => clutter.includes(name))) return nothing('empty')
  return nothing('other', explainOther(names))
}

const nothing = (kind: Inspection['kind'], problem?: string): Inspection => ({
  kind,
  users: 0,
  links: 0,
  problems: problem === undefined ? [] : [problem],
})

/** Names in the folder, or the system's code for why there are none. */
async function listNames(path: string): Promise<string[] | string> {
  try {
    return await readdir(path)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO'
  }
}

const isZip = (name: string): boolean => /\.zip$/i.test(name)
const restoreIt = 'Restore it in Settings, Backups'

function explainUnreadable(path: string, code: string): string | undefined {
  if (code === 'ENOENT') return undefined
  if (code !== 'ENOTDIR') return `This folder cannot be read (${code})`
  return isZip(path) ? `${basename(path)} is a file, maybe a backup. ${restoreIt}` : `${basename(path)} is no folder`
}

function explainOther(names: readonly string[]): string {
  if (names.includes('backup_metadata.toml')) return `This is an unpacked backup of Trunk8. ${restoreIt}`
  const backup = names.find(name => isZip(name) && name.startsWith('trunk8_backup_'))
  if (backup) return `${backup} is a backup of Trunk8. ${restoreIt}`
  return 'There are other things in this folder. Choose an empty one, or one of Trunk8'
}

/** Whether there is a list of people, or settings beside a folder of theirs: upstream makes the list when somebody is added. */
export async function holdsInstance(path: string): Promise<boolean> {
  const dataDir = createDataDir(path)
  if (await isThere(dataDir.users)) return true
  return (
    (await isThere(dataDir.config)) && ((await isThere(dataDir.themes)) || (await isThere(dataDir.userLinks('admin'))))
  )
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isFile(),
    () => false,
  )

async function inspectInstance(dataDir: DataDir): Promise<Inspection> {
  const problems: string[] = []
  const read = async <S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined> => {
    try {
      return (await TomlFile.open(path, schema)).value
    } catch (error) {
      problems.push(`${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  await read(dataDir.config, z.looseObject({}))
  const rows = (await read(dataDir.users, UsersFile))?.users ?? {}
  const people = new Set(['admin', ...Object.keys(rows).filter(name => isTable(rows[name]) && isFolderName(name))])
  const counts = await Promise.all(
    [...people].map(async name => countLinks((await read(dataDir.userLinks(name), LinksFile))?.links ?? {})),
  )
  return { kind: 'trunk8', users: people.size, links: counts.reduce((sum, count) => sum + count, 0), problems }
}

const countLinks = (rows: Table): number => Object.values(rows).filter(row => readRow(row) !== undefined).length

/** A name leads to a folder of its own, never out of the one that is looked into. */
const isFolderName = (name: string): boolean => !/[/\\\0]/.test(name) && name !== '.' && name !== '..'
