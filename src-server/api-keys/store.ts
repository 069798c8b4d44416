import { z } from 'zod'
import { Scope } from '../contract/route.ts'
import { createNetworks, type Networks } from '../http/networks.ts'
import { isTable, Table, type TomlFile } from '../storage/toml-file.ts'

/**
 * state/api-keys.toml: `[keys.ID]` with the SHA-256 of a key, never the key. A key has 256 random bits, so that its hash
 * needs no salt and no work to be safe. A broken row is no key.
 */
export interface ApiKeyRecord {
  readonly id: string
  /** SHA-256 of the whole key, in hex. */
  readonly hash: string
  readonly owner: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly networks: readonly string[]
  /** Milliseconds since 1970, like the others. */
  readonly createdAt: number
  readonly expiresAt?: number | undefined
  readonly lastUse?: Use | undefined
  /** Those of `networks`; undefined: everywhere. */
  readonly allowed?: Networks | undefined
}

export interface Use {
  readonly at: number
  readonly from: string
}

export const ApiKeysFile = z.looseObject({ keys: Table.optional() })

const time = z.iso.datetime().transform(Date.parse)
const Row = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  owner: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  networks: z.array(z.string()).default([]),
  created_at: time,
  expires_at: time.optional(),
  last_used_at: time.optional(),
  last_used_from: z.string().optional(),
})

export type ApiKeyStore = ReturnType<typeof createApiKeyStore>

export function createApiKeyStore(file: TomlFile<typeof ApiKeysFile>) {
  let keys = readKeys(file.value.keys ?? {})
  file.onChange(value => {
    keys = readKeys(value.keys ?? {})
  })
  const change = (edit: (rows: readonly [string, unknown][]) => [string, unknown][]) =>
    file.modify(({ keys: rows = {}, ...rest }) => ({ ...rest, keys: Object.fromEntries(edit(Object.entries(rows))) }))
  return {
    find: (id: string): ApiKeyRecord | undefined => keys.get(id),
    list: (): ApiKeyRecord[] => [...keys.values()],
    /** On the disk when it resolves, as all changes here. */
    add: (key: ApiKeyRecord) => change(rows => [...rows, [key.id, toRow(key)]]),
    remove: (ids: readonly string[]) => change(rows => rows.filter(([id]) => !ids.includes(id))),
    /** Id → its last use. A key that is gone meanwhile stays gone. */
    setLastUses: (uses: ReadonlyMap<string, Use>) =>
      change(rows =>
        rows.map(([id, row]) => {
          const use = uses.get(id)
          return use && isTable(row) ? [id, { ...row, ...toUse(use) }] : [id, row]
        }),
      ),
    close: () => file.close(),
  }
}

const toRow = ({ hash, owner, name, scopes, networks, createdAt, expiresAt }: ApiKeyRecord) => ({
  ...{ hash, owner, name, scopes: [...scopes] },
  ...(networks.length > 0 && { networks: [...networks] }),
  created_at: toText(createdAt),
  ...(expiresAt !== undefined && { expires_at: toText(expiresAt) }),
})

const toUse = ({ at, from }: Use) => ({ last_used_at: toText(at), last_used_from: from })

const toText = (time: number) => new Date(time).toISOString()

function readKeys(rows: Table): ReadonlyMap<string, ApiKeyRecord> {
  const keys = new Map<string, ApiKeyRecord>()
  for (const [id, row] of Object.entries(rows)) {
    const parsed = Row.safeParse(row)
    if (!parsed.success) continue
    const { created_at, expires_at, last_used_at, last_used_from = '', networks, ...same } = parsed.data
    keys.set(id, {
      ...{ id, ...same, networks, createdAt: created_at, expiresAt: expires_at },
      lastUse: last_used_at === undefined ? undefined : { at: last_used_at, from: last_used_from },
      allowed: networks.length > 0 ? createNetworks(networks) : undefined,
    })
  }
  return keys
}
