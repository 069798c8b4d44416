import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { parseLocalTime } from '../storage/local-time.ts'
import { isTable, type Table } from '../storage/toml-file.ts'
import { metadataName, type ReadMetadata, readMetadata } from './metadata.ts'
import { type Archive, badBackup } from './zip-reader.ts'

/**
 * What a backup holds, before it is asked whether any of it can be had: whose links, with their rows as they stand.
 * Only links.toml has to be there. Names that mean nothing to a backup are left where they are.
 */
export interface Contents {
  readonly createdBy?: string | undefined
  readonly createdAt?: Date | undefined
  /** Everybody’s, or the links of one. */
  readonly isEverybody: boolean
  readonly users: readonly BackedUpUser[]
  /** Entry → SHA-256, as far as the backup tells. */
  readonly hashes: Table
}

export interface BackedUpUser {
  /** Absent where the backup does not say whose links these are. */
  readonly username?: string | undefined
  /** What comes before `links.toml` in the names of its entries. */
  readonly prefix: string
  readonly rows: ReadonlyMap<string, unknown>
  /** Text of their config.toml. */
  readonly config?: string | undefined
  /** Their row of users.toml. */
  readonly userRow?: Table | undefined
}

const UserRow = z.looseObject({
  password_hash: z.string().optional(),
  is_admin: z.boolean().optional(),
  display_name: z.string().optional(),
})

const mb = 1024 * 1024
const limits = { links: 64 * mb, users: 16 * mb, config: mb, metadata: 64 * mb }
/** A user may have more files than this only if they have as many links. */
const filesWithoutLinks = 10_000

/** Throws `bad_backup`. */
export async function readContents(archive: Archive): Promise<Contents> {
  const { backup_info: info, files = {} } = await readInfo(archive)
  const isEverybody = !archive.entries.has('links.toml')
  const users = isEverybody
    ? await readUsers(archive)
    : [await readUser(archive, '', { username: info?.target_user, row: undefined })]
  if (users.length === 0) throw badBackup('there is no links.toml in it')
  const createdAt = parseLocalTime(info?.created_at)
  return { createdBy: info?.created_by, createdAt, isEverybody, users, hashes: files }
}

async function readInfo(archive: Archive): Promise<ReadMetadata> {
  if (!archive.entries.has(metadataName)) return {}
  const text = await archive.readText(metadataName, limits.metadata)
  try {
    return readMetadata(text)
  } catch (cause) {
    throw noToml(metadataName, cause)
  }
}

async function readUsers(archive: Archive): Promise<BackedUpUser[]> {
  const table = archive.entries.has('users/users.toml') ? await readToml(archive, 'users/users.toml', limits.users) : {}
  const rows = isTable(table.users) ? table.users : {}
  const names = [...archive.entries.keys()].flatMap(name => /^users\/([^/]+)\/links\.toml$/.exec(name)?.[1] ?? [])
  // The order of users.toml says whose link is served where two have a code.
  const order = Object.keys(rows)
  const sorted = [...order.filter(name => names.includes(name)), ...names.filter(name => !order.includes(name))]
  const users: BackedUpUser[] = []
  for (const username of sorted) {
    const row = Object.hasOwn(rows, username) ? rows[username] : undefined
    users.push(await readUser(archive, `users/${username}/`, { username, row: readUserRow(username, row) }))
  }
  return users
}

async function readUser(
  archive: Archive,
  prefix: string,
  { username, row }: { username: string | undefined; row: Table | undefined },
): Promise<BackedUpUser> {
  const { links = {} } = await readToml(archive, `${prefix}links.toml`, limits.links)
  if (!isTable(links)) throw badBackup(`links in ${prefix}links.toml is no table`)
  const rows = new Map(Object.entries(links))
  const files = [...archive.entries.keys()].filter(name => name.startsWith(`${prefix}assets/`)).length
  if (files > Math.max(filesWithoutLinks, rows.size)) {
    throw badBackup(`it holds ${files.toLocaleString('en')} files, far more than it has links`)
  }
  const hasConfig = archive.entries.has(`${prefix}config.toml`)
  const config = hasConfig ? await readConfig(archive, `${prefix}config.toml`) : undefined
  return { username, prefix, rows, config, userRow: row }
}

/** Its text, as it is to be kept, once it is known to make sense. */
async function readConfig(archive: Archive, name: string): Promise<string> {
  const { app } = await readToml(archive, name, limits.config)
  if (app !== undefined && !isTable(app)) throw badBackup(`app in ${name} is no table`)
  return archive.readText(name, limits.config)
}

/** A row that the list of users would set aside would leave links without an owner. */
function readUserRow(username: string, row: unknown): Table | undefined {
  if (row === undefined) return undefined
  if (!UserRow.safeParse(row).success) throw badBackup(`users.${username} in users.toml is no user`)
  return row as Table
}

async function readToml(archive: Archive, name: string, most: number): Promise<Table> {
  const text = await archive.readText(name, most)
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' })
  } catch (cause) {
    throw noToml(name, cause)
  }
}

function noToml(name: string, cause: unknown) {
  if (!(cause instanceof TomlError)) return badBackup(`${name} in it cannot be understood`, cause)
  const reason = cause.message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '') ?? ''
  return badBackup(`${name} in it is broken at line ${cause.line}, column ${cause.column}: ${reason}`, cause)
}
