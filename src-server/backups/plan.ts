import type { RestoredUser, RestoreMode } from '../contract/backups.ts'
import { isSameRow, type Row, readRow } from '../links/record.ts'
import { changeRow } from '../links/rows.ts'
import type { RestoredLinks } from './commit.ts'
import type { UserStep } from './journal.ts'
import { judgeRows, type Refused, type Wanted } from './judge.ts'
import type { Target } from './targets.ts'
import { pathOf } from './write-backup.ts'

/** What a restore comes to for each user, worked out without changing anything. */
export interface Plan {
  readonly target: Target
  readonly wanted: readonly Wanted[]
  readonly refused: readonly Refused[]
  /** Codes that another user has. */
  readonly conflicts: readonly { readonly code: string; readonly owner: string }[]
  /** Codes that are here and not in the backup, and which therefore go. */
  readonly removed: readonly string[]
  /** What is here now. */
  readonly present: ReadonlyMap<string, Row>
}

interface Planning {
  readonly mode: RestoreMode
  readonly links: Pick<RestoredLinks, 'rowsOf' | 'ownerOf'>
  readonly has: (entry: string) => boolean
  readonly now: Date
}

export function planRestore(targets: readonly Target[], planning: Planning): Plan[] {
  const claimed = new Map<string, string>()
  return targets.map(target => planUser(target, claimed, planning))
}

/** `claimed`: codes that users before this one have in the backup. */
function planUser(target: Target, claimed: Map<string, string>, { mode, links, has, now }: Planning): Plan {
  const { username, from, userRow } = target
  const present = userRow ? new Map<string, Row>() : links.rowsOf(username)
  const judged = judgeRows(from.rows, { has, assets: `${from.prefix}assets/`, now })
  const twice = judged.wanted.filter(({ code }) => claimed.has(code))
  const first = judged.wanted.filter(({ code }) => !claimed.has(code))
  for (const { code } of first) claimed.set(code, username)
  const conflicts = first.flatMap(({ code }) => {
    const owner = present.has(code) ? username : links.ownerOf(code)
    return owner === undefined || owner === username ? [] : [{ code, owner }]
  })
  const isTaken = new Set(conflicts.map(({ code }) => code))
  const goes = ([code, row]: [string, Row]) => !from.rows.has(code) && readRow(row) !== undefined
  return {
    target,
    wanted: first.filter(({ code }) => !isTaken.has(code)),
    refused: [
      ...judged.refused,
      ...twice.map(({ code }) => ({ code, reason: `In the backup, ${claimed.get(code)} has this code too` })),
    ],
    conflicts,
    removed: mode === 'replace' ? [...present].filter(goes).map(([code]) => code) : [],
    present,
  }
}

/** A file of the backup, read: where it would come to lie, and whether the user has the same already. */
export interface TakenFile {
  /** Name in the assets folder. */
  readonly path: string
  readonly sha256: string
  readonly size: number
}

interface Settling {
  /** The file of an entry of the zip. */
  readonly taken: (entry: string) => TakenFile | undefined
  /** SHA-256 of a file that is here; undefined where there is none. */
  readonly hashOf: (path: string) => Promise<string | undefined>
}

/** What comes of one user’s restore, to be told and to be done. */
export interface Settled {
  readonly report: RestoredUser
  readonly step: UserStep
}

/** Decides link by link what is new, what changes, and what is the same already. */
export async function settle(plan: Plan, { taken, hashOf }: Settling): Promise<Settled> {
  const { target, wanted, present } = plan
  const [put, files] = [new Map<string, Row>(), new Map<string, TakenFile>()]
  const lists = { created: [] as string[], overwritten: [] as string[], unchanged: [] as string[] }
  for (const { code, row, entry } of wanted) {
    const before = present.get(code)
    const file = entry === undefined ? undefined : taken(entry)
    const held = before && pathOf(before)
    const isHere = file !== undefined && held !== undefined && (await hashOf(held)) === file.sha256
    if (before && (file ? isHere : held === undefined) && isSameLink(before, row)) {
      lists.unchanged.push(code)
      continue
    }
    lists[before ? 'overwritten' : 'created'].push(code)
    put.set(code, file ? changeRow({ ...row, path: isHere ? held : file.path }, { sha256: file.sha256 }) : row)
    if (file && !isHere) files.set(file.path, file)
  }
  const { username, userRow } = target
  return {
    report: {
      ...{ username, isNewUser: userRow !== undefined, ...lists, removed: [...plan.removed] },
      ...{ conflicts: [...plan.conflicts], refused: [...plan.refused] },
      ...{ files: files.size, bytes: [...files.values()].reduce((sum, { size }) => sum + size, 0) },
    },
    step: { username, userRow, config: configFor(target), put, drop: plan.removed, files: [...files.keys()] },
  }
}

/** A person’s looks are theirs: they do not come along with links that become somebody else’s. */
const configFor = ({ username, from }: Target): string | undefined =>
  from.username === undefined || from.username === username ? from.config : undefined

/** Where the file lies and what its hash is are no part of what a person made. */
function isSameLink(a: Row, b: Row): boolean {
  const bare = ({ path: _, sha256: __, ...rest }: Row) => rest
  return isSameRow(bare(a), bare(b))
}
