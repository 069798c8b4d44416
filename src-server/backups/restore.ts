import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Context } from 'koa'
import { v4 as uuid } from 'uuid'
import type { Audit } from '../audit/audit.ts'
import { RestoreForm, type RestoreMode, type RestoreReport, type RestoreStored } from '../contract/backups.ts'
import { AppError } from '../contract/errors.ts'
import { parseInput } from '../http/serve.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { extensionOf } from '../links/file-name.ts'
import type { Who } from '../policy.ts'
import type { Assets, StagedFile } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import type { Commit, RestoredLinks, RestoredUsers } from './commit.ts'
import { type Contents, readContents } from './contents.ts'
import { type Plan, planRestore, type Settled, settle, type TakenFile } from './plan.ts'
import { chooseTargets } from './targets.ts'
import type { RestoreUploads } from './uploads.ts'
import { type Archive, badBackup, openArchive, takeEntry } from './zip-reader.ts'

/**
 * Bringing a backup back: all of it or nothing. A dry run reads all that a restore would read and answers the same report.
 * One restore at a time.
 */
export type Restore = ReturnType<typeof createRestore>

interface RestoreOptions {
  readonly dataDir: DataDir
  readonly uploads: RestoreUploads
  /** The path of a stored backup that this person may have. */
  readonly storedPath: (who: Who, name: string) => Promise<string>
  readonly links: Pick<RestoredLinks, 'rowsOf' | 'ownerOf'>
  readonly users: Pick<RestoredUsers, 'names'>
  readonly assets: Pick<Assets, 'open' | 'stage'>
  readonly commit: Pick<Commit, 'run'>
  readonly jobs: Jobs
  readonly audit: Pick<Audit, 'record'>
  readonly now: () => Date
}

interface Order {
  readonly mode: RestoreMode
  readonly user?: string | undefined
  readonly dryRun: boolean
}

export function createRestore(options: RestoreOptions) {
  const { uploads, storedPath, jobs, audit } = options
  let queue: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work)
    queue = turn.catch(() => {})
    return turn
  }

  async function carryOut(who: Who, path: string, order: Order): Promise<RestoreReport> {
    const job = order.dryRun
      ? undefined
      : jobs.start({ kind: 'restore', owner: who.username, title: 'Restore a backup' })
    const watch = { signal: job?.signal, progress: job?.progress }
    try {
      const report = await inTurn(() => restoreFrom(path, { who, order, watch, options }))
      job?.done()
      if (!order.dryRun) await audit.record(who, 'restore', inShort(report))
      return report
    } catch (error) {
      job?.fail(error)
      throw error
    }
  }

  return {
    /** A zip that comes as a form. After a dry run it is kept for an hour, else it goes whatever came of it. */
    async receive(ctx: Context, who: Who): Promise<RestoreReport> {
      const { upload, fields } = await uploads.receive(ctx, who)
      let isKept = false
      try {
        const order = parseInput(RestoreForm, filledIn(fields))
        const report = await carryOut(who, upload.path, order)
        isKept = order.dryRun
        return order.dryRun ? { ...report, upload: upload.id } : report
      } finally {
        if (!isKept) await uploads.discard(upload.id)
      }
    },

    /** A zip that is here already. */
    async stored(who: Who, { backup, upload, ...order }: RestoreStored): Promise<RestoreReport> {
      if (upload === undefined) return carryOut(who, await storedPath(who, backup ?? ''), order)
      const report = await carryOut(who, uploads.find(who, upload).path, order)
      if (order.dryRun) return { ...report, upload }
      await uploads.discard(upload)
      return report
    },

    async bringIn(who: Who, path: string): Promise<{ upload: string }> {
      return { upload: (await uploads.bringIn(who, path)).id }
    },
  }
}

interface Restoring {
  readonly who: Who
  readonly order: Order
  readonly watch: {
    readonly signal: AbortSignal | undefined
    readonly progress: ((done: number, total: number) => void) | undefined
  }
  readonly options: RestoreOptions
}

async function restoreFrom(path: string, restoring: Restoring): Promise<RestoreReport> {
  const { who, order, options } = restoring
  const archive = await openArchive(path)
  try {
    const contents = await readContents(archive)
    const now = options.now()
    const targets = chooseTargets(contents, { who, wanted: order.user, known: options.users.names(), now })
    if (typeof targets === 'string') return answer(contents, order, { blockedBy: targets, settled: [] })
    const { links } = options
    const plans = planRestore(targets, { mode: order.mode, links, has: name => archive.entries.has(name), now })
    const blockedBy = conflictIn(plans) ?? (await lackOfRoom(archive, plans, options.dataDir))
    // What would be refused in the end is refused before a file is unpacked; a dry run tells all there is to tell.
    if (blockedBy !== undefined && !order.dryRun) return answer(contents, order, { blockedBy, settled: [] })
    const settled = await bringFiles(archive, { contents, plans, restoring })
    return answer(contents, order, { blockedBy, settled })
  } finally {
    archive.close()
  }
}

interface Outcome {
  readonly blockedBy: string | undefined
  readonly settled: readonly Settled[]
}

/** Throws `conflict` for what cannot be done and was not only asked about. */
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

/** Reads every file that a link needs, unpacks those that are not here yet, and lets them and their links in. */
async function bringFiles(archive: Archive, { contents, plans, restoring }: Bringing): Promise<Settled[]> {
  const { order, options, watch } = restoring
  const staged = new Map<string, StagedFile>()
  const total = neededEntries(plans).reduce((sum, name) => sum + (archive.entries.get(name)?.size ?? 0), 0)
  let done = 0
  const count = (bytes: number) => {
    watch.signal?.throwIfAborted()
    done += bytes
    watch.progress?.(done, total)
  }
  try {
    const settled: Settled[] = []
    for (const plan of plans) {
      const taken = new Map<string, TakenFile>()
      for (const entry of neededEntries([plan])) {
        const file = order.dryRun ? undefined : await options.assets.stage(plan.target.username)
        const path = `${uuid()}.${assetExtension(entry)}`
        if (file) staged.set(path, file)
        const { sha256, size } = await takeEntry(archive, entry, async piece => {
          count(piece.length)
          await file?.append([piece])
        })
        const promised = Object.hasOwn(contents.hashes, entry) ? contents.hashes[entry] : sha256
        if (promised !== sha256) throw badBackup(`${entry} in it is not what was backed up`)
        taken.set(entry, { path, sha256, size })
      }
      settled.push(await settleUser(plan, taken, options))
    }
    if (!order.dryRun) await letIn(settled, staged, restoring)
    return settled
  } finally {
    for (const file of staged.values()) await file.discard()
  }
}

/** From here on nothing is cancelled. */
async function letIn(
  settled: readonly Settled[],
  staged: ReadonlyMap<string, StagedFile>,
  { options: { commit, links }, watch: { signal } }: Restoring,
): Promise<void> {
  signal?.throwIfAborted()
  const steps = settled.map(({ step }) => step)
  for (const { username, put } of steps) {
    for (const code of put.keys()) {
      const owner = links.ownerOf(code)
      const isElsewhere = owner !== undefined && owner !== username
      if (isElsewhere && !(steps.length > 0 && hasRow(links, username, code))) throw taken(code, owner)
    }
  }
  await commit.run(steps, async () => {
    for (const name of steps.flatMap(({ files }) => files)) {
      const [id = '', extension = ''] = name.split('.')
      await staged.get(name)?.keep(extension, id)
    }
  })
}

function settleUser(plan: Plan, files: ReadonlyMap<string, TakenFile>, { assets }: RestoreOptions): Promise<Settled> {
  const hashes = new Map<string, string | undefined>()
  const { username } = plan.target
  return settle(plan, {
    taken: entry => files.get(entry) ?? fail(entry),
    async hashOf(path) {
      if (!hashes.has(path)) hashes.set(path, await hashAsset(assets, username, path))
      return hashes.get(path)
    },
  })
}
