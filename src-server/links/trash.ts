import { rm, stat } from 'node:fs/promises'
import { v4 as uuid } from 'uuid'
import { z } from 'zod'
import type { Assets } from '../storage/assets.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { parseLocalTime, toLocalTime } from '../storage/local-time.ts'
import type { TomlFile } from '../storage/toml-file.ts'
import { createGather } from './gather.ts'
import type { Row } from './record.ts'
import type { VisitCount } from './visits.ts'

/**
 * What was deleted, kept for 30 days, or until its room is needed: the row in `state/trash.toml`, the file in
 * `state/trash/ID`. The order of steps is such that a crash leaves the link either live and whole or in the trash and whole, once `recover` has run.
 */
export type Trash = ReturnType<typeof createTrash>

const day = 24 * 60 * 60 * 1000
const keptFor = 30 * day
/** What `stat` counts in. */
const blockSize = 512

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

export interface TrashedLink extends TrashableLink {
  readonly id: string
}

/** All that is needed to bring a link back, besides its file. */
export interface TrashableLink {
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
  readonly now: () => number
}

export function createTrash({ dataDir, file, assets, report, now }: TrashOptions) {
  const itemFile = (id: string) => dataDir.state('trash', id)
  const pathOf = (row: Row) => (typeof row.path === 'string' ? row.path : undefined)

  const edit = createGather<Map<string, Item>>(change =>
    file.modify(({ items, ...rest }) => {
      const draft = new Map(Object.entries(items))
      change(draft)
      return { ...rest, items: Object.fromEntries(draft) }
    }),
  )

  async function forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await edit(items => {
      for (const id of ids) items.delete(id)
    })
  }

  /** Deletes for good what has been here for longer than 30 days. */
  const sweep = () =>
    discard(Object.entries(file.value.items).filter(([, item]) => deletedAt(item, now()) < now() - keptFor))

  async function discard(items: readonly (readonly [id: string, item: Item])[]): Promise<void> {
    await Promise.all(items.map(([id]) => rm(itemFile(id), { force: true })))
    await forget(items.map(([id]) => id))
  }

  /** Bytes on the disk; none where there is no file. */
  const spaceOf = async (id: string) => ((await stat(itemFile(id)).catch(() => undefined))?.blocks ?? 0) * blockSize

  const timer = setInterval(() => void sweep().catch(error => report(`The trash could not be emptied: ${error}`)), day)
  timer.unref()

  return {
    /** First step of a deletion: what is needed to bring the links back is on the disk when this resolves. */
    async put(links: readonly TrashableLink[]): Promise<TrashedLink[]> {
      const trashed = links.map(link => ({ ...link, id: uuid() }))
      if (trashed.length === 0) return []
      const at = new Date(now())
      await edit(items => {
        for (const link of trashed) items.set(link.id, toItem(link, at))
      })
      return trashed
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

    /** Takes items out of the list, once their links are back or were never gone. */
    forget,

    /** Deletes items and their files for good. */
    discard: (ids: readonly string[]) => discard(Object.entries(file.value.items).filter(([id]) => ids.includes(id))),

    /** Deletes for good what a user who is gone had here. */
    async forgetOwner(owner: string): Promise<void> {
      await discard(Object.entries(file.value.items).filter(([, item]) => item.owner === owner))
    },

    /**
     * Gives up what was deleted first until `bytes` of the disk are free that were not before. False, and nothing is
     * given up, where all of it is not enough: whoever deletes a file to make room gets that room.
     */
    async makeRoom(bytes: number): Promise<boolean> {
      const oldest = Object.entries(file.value.items).sort(([, a], [, b]) => deletedAt(a, now()) - deletedAt(b, now()))
      const given: (typeof oldest)[number][] = []
      let freed = 0
      for (const item of oldest) {
        if (freed >= bytes) break
        const space = await spaceOf(item[0])
        if (space > 0) given.push(item)
        freed += space
      }
      if (freed < bytes) return false
      await discard(given)
      if (given.length > 0) report(`The disk is full: to make room, the trash lost ${codesOf(given)} for good`)
      return true
    },

    list: (): TrashedLink[] => Object.entries(file.value.items).map(([id, item]) => readItem(id, item)),

    /** What was last deleted under this code, of those that `isMine` says yes to. */
    findLast(code: string, isMine: (owner: string) => boolean): TrashedLink | undefined {
      const found = Object.entries(file.value.items).filter(([, item]) => item.code === code && isMine(item.owner))
      const [last] = found.sort(([, a], [, b]) => deletedAt(b, now()) - deletedAt(a, now()))
      return last && readItem(...last)
    },

    sweep,

    async close(): Promise<void> {
      clearInterval(timer)
      await file.close()
    },
  }
}

const codesOf = (items: readonly (readonly [id: string, item: Item])[]): string =>
  items.map(([, { code }]) => `/${code}`).join(', ')

/** An unreadable date counts as now: nothing is deleted for good by a slip of the pen. */
const deletedAt = (item: Item, now: number): number => parseLocalTime(item.deleted_at)?.getTime() ?? now

function toItem({ code, owner, row, visits: { count, last } }: TrashableLink, now: Date): Item {
  const item = { code, owner, deleted_at: toLocalTime(now), row }
  return { ...item, ...(count > 0 && { visits: count }), ...(last && { last_visit: last }) }
}

function readItem(id: string, { code, owner, row, visits = 0, last_visit }: Item): TrashedLink {
  return { id, code, owner, row, visits: { count: visits, last: last_visit } }
}
