import { z } from 'zod'
import { SignInMethod } from '../contract/session-list.ts'
import type { TomlFile } from '../storage/toml-file.ts'
import { isTable, Table } from '../storage/toml-file.ts'

/** state/sessions.toml: `[sessions.HASH]`, where HASH is all that is kept of a session's id. A broken row is no session. */
export interface SessionRecord {
  readonly hash: string
  readonly username: string
  readonly isRemembered: boolean
  /** Milliseconds since 1970, like the others. */
  readonly createdAt: number
  readonly lastSeenAt: number
  /** Where it was begun, by what, and what was shown to be let in. */
  readonly address: string
  readonly agent: string
  readonly method: SignInMethod
  /** Of the password and the role that it was begun with: it ends with either of them. */
  readonly mark: string
}

export const SessionsFile = z.looseObject({ sessions: Table.optional() })

const time = z.iso.datetime().transform(Date.parse)
const Row = z.object({
  username: z.string(),
  remembered: z.boolean(),
  created_at: time,
  last_seen_at: time,
  address: z.string(),
  agent: z.string(),
  method: SignInMethod,
  mark: z.string(),
})

export type SessionStore = ReturnType<typeof createSessionStore>

export function createSessionStore(file: TomlFile<typeof SessionsFile>) {
  let sessions = readSessions(file.value.sessions ?? {})
  file.onChange(value => {
    sessions = readSessions(value.sessions ?? {})
  })
  const change = (edit: (rows: readonly [string, unknown][]) => [string, unknown][]) =>
    file.modify(({ sessions: rows = {}, ...rest }) => ({
      ...rest,
      sessions: Object.fromEntries(edit(Object.entries(rows))),
    }))
  /** `changesOf`: a session's hash → what of its row becomes another; undefined: nothing. */
  const changeRows = (changesOf: (hash: string) => Readonly<Record<string, string>> | undefined) =>
    change(rows =>
      rows.map(([hash, row]) => {
        const changes = changesOf(hash)
        return changes && isTable(row) ? [hash, { ...row, ...changes }] : [hash, row]
      }),
    )
  return {
    find: (hash: string): SessionRecord | undefined => sessions.get(hash),
    list: (): SessionRecord[] => [...sessions.values()],
    /** On the disk when it resolves, as all changes here. */
    add: (session: SessionRecord, removed: readonly string[]) =>
      change(rows => [...rows.filter(([hash]) => !removed.includes(hash)), [session.hash, toRow(session)]]),
    remove: (hashes: readonly string[]) => change(rows => rows.filter(([hash]) => !hashes.includes(hash))),
    /** Hash → when it was last seen. A session that has ended meanwhile stays ended, here and below. */
    setLastSeen: (times: ReadonlyMap<string, number>) =>
      changeRows(hash => {
        const time = times.get(hash)
        return time === undefined ? undefined : { last_seen_at: toText(time) }
      }),
    setMark: (hashes: readonly string[], mark: string) =>
      changeRows(hash => (hashes.includes(hash) ? { mark } : undefined)),
    close: () => file.close(),
  }
}

const toRow = ({ username, isRemembered, createdAt, lastSeenAt, address, agent, method, mark }: SessionRecord) => ({
  username,
  remembered: isRemembered,
  created_at: toText(createdAt),
  last_seen_at: toText(lastSeenAt),
  ...{ address, agent, method, mark },
})

const toText = (time: number) => new Date(time).toISOString()

function readSessions(rows: Table): ReadonlyMap<string, SessionRecord> {
  const sessions = new Map<string, SessionRecord>()
  for (const [hash, row] of Object.entries(rows)) {
    const parsed = Row.safeParse(row)
    if (!parsed.success) continue
    const { remembered, created_at, last_seen_at, ...rest } = parsed.data
    sessions.set(hash, { hash, isRemembered: remembered, createdAt: created_at, lastSeenAt: last_seen_at, ...rest })
  }
  return sessions
}
