import type { IncomingMessage } from 'node:http'
import type { Audit } from '../audit/audit.ts'
import { RestoreForm, type RestoreReport, type RestoreStored } from '../contract/backups.ts'
import { parseInput } from '../http/serve.ts'
import type { Fields } from '../http/upload.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Who } from '../policy.ts'
import { type Order, type RestoreDisk, restoreFrom } from './bring-back.ts'
import type { RestoreUploads } from './uploads.ts'

/**
 * Bringing a backup back: all of it or nothing. A dry run reads all that a restore would read and answers the same report.
 * One restore at a time; a dry run ends when who asked has left.
 */
export type Restore = ReturnType<typeof createRestore>

interface RestoreOptions {
  readonly uploads: RestoreUploads
  /** The path of a stored backup that this person may have. */
  readonly storedPath: (who: Who, name: string) => Promise<string>
  readonly disk: RestoreDisk
  readonly jobs: Jobs
  readonly audit: Pick<Audit, 'record'>
}

/** Who asks, and the signal that they have left. */
interface Asked {
  readonly who: Who
  readonly leaving: AbortSignal
}

export function createRestore({ uploads, storedPath, disk, jobs, audit }: RestoreOptions) {
  let queue: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = queue.then(work)
    queue = turn.catch(() => {})
    return turn
  }

  async function carryOut({ who, leaving }: Asked, path: string, order: Order): Promise<RestoreReport> {
    if (order.dryRun) return restoreFrom(path, { who, order, watch: { signal: leaving }, disk })
    const job = jobs.start({ kind: 'restore', owner: who.username, title: 'Restore a backup' })
    const watch = { signal: job.signal, progress: job.progress }
    try {
      const report = await inTurn(() => restoreFrom(path, { who, order, watch, disk }))
      job.done()
      await audit.record(who, 'restore', inShort(report))
      return report
    } catch (error) {
      job.fail(error)
      throw error
    }
  }

  return {
    /** A zip that comes as a form. After a dry run it is kept for an hour, else it goes whatever came of it. */
    async receive(request: IncomingMessage, asked: Asked): Promise<RestoreReport> {
      const { upload, fields } = await uploads.receive(request, asked.who)
      let isKept = false
      try {
        const order = parseInput(RestoreForm, filledIn(fields))
        const report = await carryOut(asked, upload.path, order)
        isKept = order.dryRun
        return order.dryRun ? { ...report, upload: upload.id } : report
      } finally {
        if (!isKept) await uploads.discard(upload.id)
      }
    },

    /** A zip that is here already. */
    async stored(asked: Asked, { backup, upload, ...order }: RestoreStored): Promise<RestoreReport> {
      if (upload === undefined) return carryOut(asked, await storedPath(asked.who, backup ?? ''), order)
      const report = await carryOut(asked, uploads.find(asked.who, upload).path, order)
      if (order.dryRun) return { ...report, upload }
      await uploads.discard(upload)
      return report
    },

    async bringIn(who: Who, path: string): Promise<{ upload: string }> {
      return { upload: (await uploads.bringIn(who, path)).id }
    },
  }
}

/** A form sends its empty fields too. */
const filledIn = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''))

const inShort = ({ mode, users }: RestoreReport) => ({
  target: users.map(({ username }) => username).join(', '),
  mode,
  links: users.reduce((sum, { created, overwritten }) => sum + created.length + overwritten.length, 0),
  removed: users.reduce((sum, { removed }) => sum + removed.length, 0),
})
