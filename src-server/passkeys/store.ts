import { z } from 'zod'
import type { TomlFile } from '../storage/toml-file.ts'
import { Table } from '../storage/toml-file.ts'

/** state/passkeys.toml: `[passkeys.ID]`, ID being the credential's. A row that cannot be read opens nothing. */
export interface PasskeyRecord {
  readonly id: string
  readonly username: string
  readonly name: string
  /** The name that it works at (RP ID). */
  readonly host: string
  /** COSE key, base64url. */
  readonly publicKey: string
  /** How often it was used, as its device counts; 0 from those that do not. */
  readonly counter: number
  readonly transports: readonly string[]
  /** What the device knows its owner by; tells nothing of them. */
  readonly userHandle: string
  readonly createdAt: string
  readonly lastUsedAt: string | undefined
}

export const PasskeysFile = z.looseObject({ passkeys: Table.optional() })

const Row = z.object({
  username: z.string(),
  name: z.string(),
  host: z.string(),
  public_key: z.string(),
  counter: z.int().nonnegative(),
  transports: z.array(z.string()),
  user_handle: z.string(),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime().optional(),
})

export type PasskeyStore = ReturnType<typeof createPasskeyStore>

export function createPasskeyStore(file: TomlFile<typeof PasskeysFile>) {
  let known = readAll(file.value.passkeys ?? {})
  file.onChange(value => {
    known = readAll(value.passkeys ?? {})
  })

  const edit = (change: (rows: Table) => Table) =>
    file.modify(({ passkeys = {}, ...rest }) => ({ ...rest, passkeys: change(passkeys) }))

  return {
    find: (id: string): PasskeyRecord | undefined => known.get(id),
    of: (username: string): PasskeyRecord[] => [...known.values()].filter(it => it.username === username),

    /** On the disk when it resolves, as all changes here. */
    add: (passkey: PasskeyRecord) => edit(rows => ({ ...rows, [passkey.id]: toRow(passkey) })),

    /**
     * Changes what is kept at that moment, however many ask at once; `change` may throw, and then nothing changes. Nothing
     * happens where there is none.
     */
    change: (id: string, change: (current: PasskeyRecord) => PasskeyRecord) =>
      edit(rows => {
        const current = Object.hasOwn(rows, id) ? readOne(id, rows[id]) : undefined
        return current ? { ...rows, [id]: toRow(change(current)) } : rows
      }),

    remove: (id: string) => edit(rows => without(rows, [id])),

    /** Takes all of a user's away. */
    async removeOf(username: string): Promise<void> {
      const ids = [...known.values()].filter(it => it.username === username).map(({ id }) => id)
      if (ids.length > 0) await edit(rows => without(rows, ids))
    },

    close: () => file.close(),
  }
}

const without = (rows: Table, ids: readonly string[]): Table =>
  Object.fromEntries(Object.entries(rows).filter(([id]) => !ids.includes(id)))

function readAll(rows: Table): ReadonlyMap<string, PasskeyRecord> {
  const read = Object.entries(rows).flatMap(([id, row]) => readOne(id, row) ?? [])
  return new Map(read.map(it => [it.id, it]))
}

function readOne(id: string, row: unknown): PasskeyRecord | undefined {
  const parsed = Row.safeParse(row)
  if (!parsed.success) return undefined
  const { public_key, user_handle, created_at, last_used_at, ...rest } = parsed.data
  return {
    ...{ id, ...rest },
    ...{ publicKey: public_key, userHandle: user_handle, createdAt: created_at, lastUsedAt: last_used_at },
  }
}

function toRow({ id: _, publicKey, userHandle, createdAt, lastUsedAt, transports, ...rest }: PasskeyRecord): Table {
  return {
    ...rest,
    transports: [...transports],
    public_key: publicKey,
    user_handle: userHandle,
    created_at: createdAt,
    ...(lastUsedAt !== undefined && { last_used_at: lastUsedAt }),
  }
}
