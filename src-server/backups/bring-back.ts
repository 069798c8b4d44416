import { createHash } from 'node:crypto'
import { lstat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { v4 as uuid } from 'uuid'
import type { RestoreMode, RestoreReport } from '../contract/backups.ts'
import { AppError } from '../contract/errors.ts'
import { extensionOf } from '../links/file-name.ts'
import type { Who } from '../policy.ts'
import type { Assets, StagedFile } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import type { Commit, RestoredLinks, RestoredUsers } from './commit.ts'
import { type Contents, readContents } from './contents.ts'
import { type Plan, planRestore, type Settled, settle, type TakenFile } from './plan.ts'
import { chooseTargets, type Target } from './targets.ts'
import { type Archive, badBackup, openArchive, takeEntry } from './zip-reader.ts'

/**
 * One restore from its zip to its report. Files are unpacked beside those that are served, under names that are not, and
 * everything is let in at once at the end; a dry run reads as much and unpacks nothing.
 */
export interface RestoreDisk {
  readonly dataDir: DataDir
  readonly links: Pick<RestoredLinks, 'rowsOf' | 'ownerOf'>
  readonly users: Pick<RestoredUsers, 'names'>
  readonly assets: Pick<Assets, 'open' | 'stage'>
  readonly commit: Pick<Commit, 'run' | 'clearFolders'>
  readonly now: () => Date
}

export interface Order {
  readonly mode: RestoreMode
  readonly user?: string | undefined
  readonly dryRun: boolean
}

interface Restoring {
  readonly who: Who
  readonly order: Order
  readonly watch: {
    readonly signal?: AbortSignal | undefined
    readonly progress?: ((done: number, total: number) => void) | undefined
  }
  readonly disk: RestoreDisk
}

/**
 * Throws `bad_backup`, `not_allowed`, `invalid_input`, `disk_full`, what `watch.signal` says, and `conflict` for what a
 * dry run answers as `blockedBy`; nothing has changed then.
 */
export async function restoreFrom(path: string, restoring: Restoring): Promise<RestoreReport> {
  const { who, order, disk } = restoring
  const archive = await openArchive(path)
  try {
    const contents = await readContents(archive)
    const now = disk.now()
    const targets = chooseTargets(contents, { who, wanted: order.user, known: disk.users.names(), now })
    if (typeof targets === 'string') return answer(contents, order, { blockedBy: targets, settled: [] })
    const planning = { mode: order.mode, links: disk.links, has: (name: string) => archive.entries.has(name), now }
    const plans = planRestore(targets, planning)
    const blockedBy =
      conflictIn(plans) ??
      (await strayLinksOf(targets, disk.dataDir)) ??
      (await lackOfRoom(archive, plans, disk.dataDir))
    // What is refused in the end is refused before a file is unpacked; a dry run tells all there is to tell.
    if (blockedBy !== undefined && !order.dryRun) return answer(contents, order, { blockedBy, settled: [] })
    return answer(contents, order, { blockedBy, settled: await bringFiles(archive, { contents, plans, restoring }) })
  } finally {
    archive.close()
  }
}

interface Outcome {
  readonly blockedBy: string | undefined
  readonly settled: readonly Settled[]
}

function answer(contents: Contents, { mode, dryRun }: Order, { blockedBy, settled }: Outcome): RestoreReport {
  if (blockedBy !== undefined && !dryRun) throw new AppError('conflict', blockedBy)
  const { createdBy, createdAt } = contents
  const users = settled.map(({ report }) => report)
  return { mode, dryRun, createdBy, createdAt: createdAt?.toISOString(), users, blockedBy }
}

interface Bringing {
  readonly contents: Contents
  readonly plans: readonly Plan[]
  readonly restoring: Restoring
}

/** Reads every file that a link needs, and lets it all in unless it was only asked about. */
async function bringFiles(archive: Archive, { contents, plans, restoring }: Bringing): Promise<Settled[]> {
  const { order, disk } = restoring
  const staged = new Map<string, StagedFile>()
  const count = counter(archive, plans, restoring)
  try {
    const settled: Settled[] = []
    for (const plan of plans) {
      const files = new Map<string, TakenFile>()
      for (const entry of neededEntries([plan])) {
        const path = `${uuid()}.${assetExtension(entry)}`
        const file = order.dryRun ? undefined : await disk.assets.stage(stagedWith(plan, restoring))
        if (file) staged.set(path, file)
        files.set(entry, { path, ...(await unpack(archive, { entry, file, count, hashes: contents.hashes })) })
      }
      settled.push(await settleUser(plan, files, disk))
    }
    if (!order.dryRun) await letIn(settled, staged, restoring)
    return settled
  } catch (error) {
    const [left] = departed(plans, disk)
    throw left === undefined ? error : goneMeanwhile(left, error)
  } finally {
    for (const file of staged.values()) await file.discard()
    await disk.commit.clearFolders(departed(plans, disk))
  }
}

/** Who was here when the restore began, and has been deleted since. */
const departed = (plans: readonly Plan[], { users }: RestoreDisk): string[] =>
  plans.flatMap(({ target: { username, userRow } }) => (userRow || users.names().includes(username) ? [] : [username]))

const goneMeanwhile = (username: string, cause: unknown) =>
  new AppError('conflict', `${username} was deleted meanwhile, so nothing was restored`, { cause })

interface Unpacking {
  readonly entry: string
  readonly file: StagedFile | undefined
  readonly count: (bytes: number) => void
  readonly hashes: Contents['hashes']
}

async function unpack(archive: Archive, { entry, file, count, hashes }: Unpacking) {
  const { sha256, size } = await takeEntry(archive, entry, async piece => {
    count(piece.length)
    await file?.append([piece])
  })
  const promised = Object.hasOwn(hashes, entry) ? hashes[entry] : sha256
  if (promised !== sha256) throw badBackup(`${entry} in it is not what was backed up`)
  return { sha256, size }
}

/** From here on nothing is cancelled. */
async function letIn(
  settled: readonly Settled[],
  staged: ReadonlyMap<string, StagedFile>,
  { disk, watch }: Restoring,
): Promise<void> {
  watch.signal?.throwIfAborted()
  const steps = settled.map(({ step }) => step)
  await disk.commit.run(steps, async () => {
    for (const { username, files } of steps) {
      for (const name of files) {
        const [id = '', extension = ''] = name.split('.')
        await staged.get(name)?.keep(extension, username, id)
      }
    }
  })
}

/** A user who is not there yet has no folder either: nothing may be left of one where the restore ends early. */
const stagedWith = ({ target: { username, userRow } }: Plan, { who }: Restoring): string =>
  userRow ? who.username : username

function settleUser(plan: Plan, files: ReadonlyMap<string, TakenFile>, { assets }: RestoreDisk): Promise<Settled> {
  const known = new Map<string, string | undefined>()
  return settle(plan, {
    taken: entry => files.get(entry),
    async hashOf(path) {
      if (!known.has(path)) known.set(path, await hashAsset(assets, plan.target.username, path))
      return known.get(path)
    },
  })
}

/** Undefined where there is no such file. */
async function hashAsset(assets: Pick<Assets, 'open'>, owner: string, path: string): Promise<string | undefined> {
  const file = await assets.open(owner, path)
  if (!file) return undefined
  const hash = createHash('sha256')
  for await (const piece of file.handle.createReadStream()) hash.update(piece)
  return hash.digest('hex')
}

/** Tells of progress over all files, and stops at the signal. */
function counter(archive: Archive, plans: readonly Plan[], { watch }: Restoring): (bytes: number) => void {
  const total = sizeOf(archive, plans)
  let done = 0
  return bytes => {
    watch.signal?.throwIfAborted()
    done += bytes
    watch.progress?.(done, total)
  }
}

function conflictIn(plans: readonly Plan[]): string | undefined {
  const conflicts = plans.flatMap(plan => plan.conflicts)
  const [first] = conflicts
  if (!first) return undefined
  const rest = conflicts.length - 1
  const more = rest === 0 ? '' : `, and ${rest} more ${rest === 1 ? 'code is' : 'codes are'} taken too`
  return `/${first.code} belongs to ${first.owner} here${more}. Delete or rename what is here, then restore`
}

/** Links that lie in the folder of a user who is to be made would become theirs unasked. */
async function strayLinksOf(targets: readonly Target[], dataDir: DataDir): Promise<string | undefined> {
  for (const { username, userRow } of targets) {
    const isThere = userRow && (await lstat(dataDir.userLinks(username)).catch(() => undefined))
    if (isThere)
      return `The folder users/${username} is here already, with links of no user. Move it away, then restore`
  }
  return undefined
}

async function lackOfRoom(archive: Archive, plans: readonly Plan[], dataDir: DataDir): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(dirname(dataDir.users))
  if (sizeOf(archive, plans) <= bavail * bsize) return undefined
  return 'The disk has no room for the files of this backup. Free some space, then restore'
}

const sizeOf = (archive: Archive, plans: readonly Plan[]): number =>
  neededEntries(plans).reduce((sum, name) => sum + (archive.entries.get(name)?.size ?? 0), 0)

const neededEntries = (plans: readonly Plan[]): string[] => [
  ...new Set(plans.flatMap(({ wanted }) => wanted.flatMap(({ entry }) => entry ?? []))),
]

/** As assets are named here. */
function assetExtension(entry: string): string {
  const extension = extensionOf(entry)
  return /^[a-z0-9]{1,32}$/.test(extension) ? extension : 'bin'
}
