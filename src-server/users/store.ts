import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { parseLocalTime, toLocalTime } from '../storage/local-time.ts'
import { isTable, Table, TomlFile } from '../storage/toml-file.ts'

/**
 * users.toml: `[users.NAME]` tables, in the file's order, with `admin` always among them. A row that makes no sense is
 * left as it is and set aside; it takes nobody else along. What a method resolved to is on the disk.
 */
export interface UserRecord {
  readonly username: string
  readonly displayName: string
  readonly isAdmin: boolean
  readonly passwordHash?: string
  readonly createdAt?: Date
}

export interface NewUserRecord {
  readonly displayName: string
  readonly isAdmin: boolean
  /** Left out: they come in another way, until they are given a password. */
  readonly passwordHash: string | undefined
}

export interface UserRowChanges {
  readonly displayName?: string | undefined
  readonly isAdmin?: boolean | undefined
  readonly passwordHash?: string | undefined
}

/** A row, or one key of it, that makes no sense. */
export interface OddRow {
  readonly username: string
  readonly key?: string
  readonly detail: string
}

const UsersFile = z.looseObject({ users: Table.optional() })

const text = z.string({ error: 'has to be a text in quotes' }).optional()

const Row = z.looseObject(
  {
    password_hash: text,
    /** As somebody typed it, for us to take in. */
    password: z.string({ error: 'has to be a text in quotes' }).min(1, 'is empty').max(1024, 'is too long').optional(),
    is_admin: z.boolean({ error: 'has to be true or false' }).optional(),
    display_name: text,
    created_at: z.unknown().optional(),
  },
  { error: 'has to be a table' },
)

/** A name is a folder's name too: one part of a path, and no hidden one. */
const Username = z
  .string()
  .min(1)
  .max(100)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^./\\:*?"<>|\u0000-\u001f\u007f][^/\\:*?"<>|\u0000-\u001f\u007f]*$/)

const admin: UserRecord = { username: 'admin', displayName: 'Administrator', isAdmin: true }

export type UserStore = Awaited<ReturnType<typeof openUserStore>>

/** Makes the file, with the admin in it, where it is missing. Throws `file_broken`. */
export async function openUserStore(path: string) {
  const file = await TomlFile.open(path, UsersFile)
  if (!file.isOnDisk) await file.modify(() => ({ users: { admin: newAdminRow() } }))
  let { users, odd } = readUsers(file.value.users ?? {})
  file.onChange(value => {
    ;({ users, odd } = readUsers(value.users ?? {}))
  })

  /** The last hash that was written here for each user, and not by hand. */
  const hashes = new Map<string, string>()

  const edit = (change: (rows: Table) => Table) =>
    file.modify(current => ({ ...current, users: change(current.users ?? {}) }))

  return {
    find: (username: string): UserRecord | undefined => users.get(username),
    /** In the order of the file. */
    names: (): string[] => [...users.keys()],
    /** Rows that are set aside. */
    odd: (): readonly OddRow[] => odd,

    /** Throws `conflict` where a row has this name, in whatever case: names are folders. */
    add: (username: string, user: NewUserRecord) =>
      edit(rows => {
        const other = Object.keys(rows).find(name => isSameName(name, username))
        if (other !== undefined || isSameName(admin.username, username)) throw nameTaken(other ?? admin.username)
        return { ...rows, [username]: toRow(user) }
      }),

    /** Does nothing for a user who is gone. */
    change(username: string, { displayName, isAdmin, passwordHash }: UserRowChanges) {
      if (passwordHash !== undefined) hashes.set(username, passwordHash)
      return edit(rows =>
        changeRow(rows, username, row => ({
          ...row,
          ...(displayName !== undefined && { display_name: displayName }),
          ...(isAdmin !== undefined && { is_admin: isAdmin }),
          ...(passwordHash !== undefined && { password_hash: passwordHash }),
        })),
      )
    },

    /** Puts a better hash of the same password in the place of `stored`, if that still stands there. */
    strengthen(username: string, stored: string, passwordHash: string) {
      hashes.set(username, passwordHash)
      return edit(rows =>
        changeRow(rows, username, row =>
          row.password_hash === stored ? { ...row, password_hash: passwordHash } : row,
        ),
      )
    },

    /** Passwords that somebody wrote down as they are. */
    plainPasswords: (): readonly (readonly [username: string, password: string])[] =>
      Object.entries(file.value.users ?? {}).flatMap(([username, row]) => {
        const { password } = users.has(username) ? (Row.safeParse(row).data ?? {}) : {}
        return password === undefined ? [] : [[username, password]]
      }),

    /** Puts a hash in the place of a password that still stands there; without one it is just taken out. */
    takeInPlain: (username: string, password: string, passwordHash?: string) =>
      edit(rows =>
        changeRow(rows, username, ({ password: found, ...row }) => {
          if (found !== password) return { ...row, ...(found !== undefined && { password: found }) }
          return { ...row, ...(passwordHash !== undefined && { password_hash: passwordHash }) }
        }),
      ),

    /** Whether this user's hash is one that was written here, since the start. */
    wroteHashOf: ({ username, passwordHash }: UserRecord): boolean =>
      passwordHash !== undefined && hashes.get(username) === passwordHash,

    /** Whole rows, as another folder had them. */
    addRows: (added: ReadonlyMap<string, Table>) => edit(rows => ({ ...rows, ...Object.fromEntries(added) })),

    /** Users who are gone already are fine. */
    remove: (...usernames: readonly string[]) =>
      edit(rows => Object.fromEntries(Object.entries(rows).filter(([name]) => !usernames.includes(name)))),

    file,
  }
}

/** Whether two names would be one folder on some system. */
export const isSameName = (one: string, other: string): boolean => foldName(one) === foldName(other)
const foldName = (name: string) => name.normalize('NFKC').toLowerCase()

const nameTaken = (name: string) => new AppError('conflict', `There is a user called ${name}. Choose another name`)

/** In upstream's order. */
const toRow = ({ passwordHash, isAdmin, displayName }: NewUserRecord) => ({
  ...(passwordHash !== undefined && { password_hash: passwordHash }),
  is_admin: isAdmin,
  display_name: displayName,
  created_at: toLocalTime(new Date()),
})

const newAdminRow = () => ({ is_admin: true, display_name: admin.displayName, created_at: toLocalTime(new Date()) })

/** The admin is there even where the file does not know them. */
function changeRow(rows: Table, username: string, change: (row: Table) => Table): Table {
  const row = Object.hasOwn(rows, username) ? rows[username] : username === admin.username ? newAdminRow() : undefined
  return isTable(row) ? { ...rows, [username]: change(row) } : rows
}

function readUsers(rows: Table): { users: ReadonlyMap<string, UserRecord>; odd: readonly OddRow[] } {
  const users = new Map<string, UserRecord>()
  const odd: OddRow[] = []
  for (const [username, row] of Object.entries(rows)) {
    const parsed = Row.safeParse(row)
    if (!Username.safeParse(username).success) odd.push({ username, detail: 'No folder can have this name' })
    else if (parsed.success) users.set(username, toRecord(username, parsed.data))
    else odd.push(toOddRow(username, parsed.error))
  }
  return { users: users.has(admin.username) ? users : new Map([[admin.username, admin], ...users]), odd }
}

function toOddRow(username: string, { issues }: z.ZodError): OddRow {
  const [issue] = issues
  const [key] = issue?.path.map(String) ?? []
  if (key === undefined) return { username, detail: `A user ${issue?.message ?? 'has to be a table'}` }
  return { username, key, detail: `${key} ${issue?.message ?? 'cannot be read'}` }
}

function toRecord(username: string, row: z.infer<typeof Row>): UserRecord {
  const isAdmin = username === admin.username || (row.is_admin ?? false)
  const createdAt = parseLocalTime(row.created_at)
  const record = { username, displayName: row.display_name || username, isAdmin, ...(createdAt && { createdAt }) }
  // The admin's password comes from outside: a hash in the file never counts, as in upstream.
  if (username === admin.username || row.password_hash === undefined) return record
  return { ...record, passwordHash: row.password_hash }
}
