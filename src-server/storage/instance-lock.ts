import { readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { lock } from 'proper-lockfile'
import { z } from 'zod'
import type { DataDir } from './data-dir.ts'
import { writeDurably } from './durable.ts'

/**
 * One instance at a time on a data folder. The lock outlives a process that was killed, but stands in nobody's way:
 * whoever comes next on the same computer sees that its holder is dead and takes it over at once.
 */
export interface InstanceLock {
  release(): Promise<void>
}

/** Somebody else has the folder; `pid` where it is known. */
export class FolderInUse extends Error {
  readonly pid: number | undefined

  constructor(pid: number | undefined) {
    super('The data folder is in use')
    this.pid = pid
  }
}

const Holder = z.object({
  pid: z.int(),
  hostname: z.string(),
  /** When the process began: tells it from a later one with the same pid. ISO 8601. */
  startedAt: z.string(),
})
type Holder = z.infer<typeof Holder>

/** Throws `FolderInUse`, or the system's own error where the folder cannot be written. */
export async function lockInstance(dataDir: DataDir): Promise<InstanceLock> {
  const [note, lockfilePath] = [dataDir.state('instance.json'), dataDir.state('instance.lock')]
  const take = () => lock(note, { realpath: false, lockfilePath, stale: 10_000 })
  const release = await take().catch(async error => {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
    const holder = await readHolder(note)
    if (!holder || !isGone(holder)) throw new FolderInUse(holder?.pid)
    await rm(lockfilePath, { recursive: true, force: true })
    return take().catch(() => Promise.reject(new FolderInUse(undefined)))
  })
  await writeDurably(note, `${JSON.stringify(thisProcess())}\n`).catch(async error => {
    await release()
    throw error
  })
  return { release }
}

const thisProcess = (): Holder => ({
  pid: process.pid,
  hostname: hostname(),
  startedAt: new Date(performance.timeOrigin).toISOString(),
})

async function readHolder(note: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(note, 'utf8')))
  } catch {
    return undefined
  }
}

/** Of other computers nothing is known but that they have stopped touching the lock, which takes its time to show. */
function isGone(holder: Holder): boolean {
  if (holder.hostname !== hostname()) return false
  if (holder.pid === process.pid) return holder.startedAt !== thisProcess().startedAt
  try {
    process.kill(holder.pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
