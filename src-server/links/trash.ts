import { rm } from 'node:fs/promises'
import { v4 as uuid } from 'uuid'
import { z } from 'zod'
import type { Assets } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { parseLocalTime, toLocalTime } from '../storage/local-time.ts'
import type { TomlFile } from '../storage/toml-file.ts'
import type { Row } from './record.ts'
import type { Entry } from './shelf.ts'
import type { VisitCount } from './visits.ts'

/**
 * What was deleted, kept for 30 days: the row in `state/trash.toml`, the file in `state/trash/ID`. The order of steps
 * is such that a crash leaves the link either live and whole or in the trash and whole, once `recover` has run.
 */
export type Trash = ReturnType<typeof createTrash>

const day = 24 * 60 * 60 * 1000
const keptFor = 30 * day

const Item = z.looseObject({
  code: z.string(),
  owner: z.string(),
  deleted_at: z.string(),
  visits: z.number().optional(),
  last_visit: z.string().optional(),
  row: z.custom<Row>(row => typeof row === 'object' && row !== null),
})
type Item = z.output<typeof Item>

export const TrashFile = z.looseObject({ items: z.record(z.string(), Item).default({}) })

export interface TrashedLink {
  readonly id: string
  readonly code: string
  readonly owner: string
  readonly row: Row
  readonly visits: VisitCount
}

interface TrashOptions {
  readonly dataDir: DataDir
  readonly file: TomlFile<typeof TrashFile>
  readonly assets: Assets
  readonly report: (message: string) => void
  readonly now?: () => number
}

export function createTrash({ dataDir, file, assets, report, now = Date.now }: TrashOptions) {
  const itemFile = (id: string) => dataDir.state('trash', id)
  const pathOf = (row: Row) => (typeof row.path === 'string' ? row.path : undefined)

  async function forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await file.modify(({ items, ...rest }) => ({
      ...rest,
      items: Object.fromEntries(Object.entries(items).filter(([id]) => !ids.includes(id))),
    }))
  }

  /** Deletes for good what has been here for longer than 30 days. */
  async function sweep(): Promise<void> {
    const old = Object.entries(file.value.items).filter(([, item]) => deletedAt(item) < now() - keptFor)
    await Promise.all(old.map(([id]) => rm(itemFile(id), { force: true })))
    await forget(old.map(([id]) => id))
  }

  const timer = setInterval(() => void sweep().catch(error => report(`The trash could not be emptied: ${error}`)), day)
  timer.unref()

  return {
    /** First step of a deletion: what is needed to bring the link back is on the disk when this resolves. */
    async put({ code, owner, row }: Entry, visits: VisitCount): Promise<TrashedLink> {
      const id = uuid()
      const item: Item = { code, owner, deleted_at: toLocalTime(new Date(now())), row }
      if (visits.count > 0) item.visits = visits.count
      if (visits.last) item.last_visit = visits.last
      await file.modify(({ items, ...rest }) => ({ ...rest, items: { ...items, [id]: item } }))
      return { id, code, owner, row, visits }
    },

    /** Last step of a deletion: takes the file out of the owner's folder. */
    async takeFile({ id, owner, row }: TrashedLink): Promise<void> {
      const path = pathOf(row)
      if (path !== undefined) await assets.moveOut(owner, path, itemFile(id))
    },

    /** Puts the file back where its row says. False where a link's file is nowhere. */
    async returnFile({ id, owner, row }: TrashedLink): Promise<boolean> {
      const path = pathOf(row)
      if (path === undefined) return true
      return (await assets.moveIn(owner, path, itemFile(id))) || assets.has(owner, path)
    },

    forget: (id: string) => forget([id]),

    list: (): TrashedLink[] => Object.entries(file.value.items).map(([id, item]) => readItem(id, item)),

    /** What was last deleted under this code, of those that `isMine` says yes to. */
    findLast(code: string, isMine: (owner: string) => boolean): TrashedLink | undefined {
      const found = Object.entries(file.value.items).filter(([, item]) => item.code === code && isMine(item.owner))
      const [last] = found.sort(([, a], [, b]) => deletedAt(b) - deletedAt(a))
      return last && readItem(...last)
    },

    sweep,

    async close(): Promise<void> {
      clearInterval(timer)
      await file.close()
    },
  }
}

/** An unreadable date counts as now: nothing is deleted for good by a slip of the pen. */
const deletedAt = (item: Item): number => parseLocalTime(item.deleted_at)?.getTime() ?? Date.now()

function readItem(id: string, { code, owner, row, visits = 0, last_visit }: Item): TrashedLink {
  return { id, code, owner, row, visits: { count: visits, last: last_visit } }
}
