import { z } from 'zod'
import { toLocalTime } from '../storage/local-time.ts'
import { isTable, Table, TomlFile } from '../storage/toml-file.ts'

/**
 * users.toml: `[users.NAME]` tables, in the file's order, with `admin` always among them. A row that makes no sense is
 * left as it is, reported and set aside; it takes nobody else along. Knows no rules.
 */
export interface UserRecord {
  readonly username: string
  readonly displayName: string
  readonly isAdmin: boolean
  readonly passwordHash?: string
}

const UsersFile = z.looseObject({ users: Table.optional() })

const Row = z.looseObject({
  password_hash: z.string().optional(),
  is_admin: z.boolean().optional(),
  display_name: z.string().optional(),
})

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
export async function openUserStore(path: string, report: (message: string) => void) {
  const file = await TomlFile.open(path, UsersFile)
  if (!file.isOnDisk) await file.modify(() => ({ users: { admin: newAdminRow() } }))
  const complain = (name: string) => report(`${path}: [users.${name}] is no user and is left out`)
  let users = readUsers(file.value.users ?? {}, complain)
  file.onChange(value => {
    users = readUsers(value.users ?? {}, complain)
  })
  return {
    find: (username: string): UserRecord | undefined => users.get(username),
    /** In the order of the file. */
    names: (): string[] => [...users.keys()],
    /** Keeps a user's new hash; does nothing for a user who is gone. */
    setPasswordHash: (username: string, passwordHash: string) =>
      file.modify(current => {
        const row = current.users?.[username]
        if (!isTable(row)) return current
        return { ...current, users: { ...current.users, [username]: { ...row, password_hash: passwordHash } } }
      }),
    file,
  }
}

const newAdminRow = () => ({ is_admin: true, display_name: admin.displayName, created_at: toLocalTime(new Date()) })

function readUsers(rows: Table, complain: (name: string) => void): ReadonlyMap<string, UserRecord> {
  const users = new Map<string, UserRecord>()
  for (const [username, row] of Object.entries(rows)) {
    const parsed = Row.safeParse(row)
    if (parsed.success && Username.safeParse(username).success) users.set(username, toRecord(username, parsed.data))
    else complain(username)
  }
  return users.has(admin.username) ? users : new Map([[admin.username, admin], ...users])
}

function toRecord(username: string, row: z.infer<typeof Row>): UserRecord {
  const isAdmin = username === admin.username || (row.is_admin ?? false)
  const record = { username, displayName: row.display_name || username, isAdmin }
  // The admin's password comes from outside: a hash in the file never counts, as in upstream.
  if (username === admin.username || row.password_hash === undefined) return record
  return { ...record, passwordHash: row.password_hash }
}
