import type { Stats } from 'node:fs'
import { basename } from 'node:path'
import type { NewImport, Transfer } from '../contract/transfers.ts'
import { cleanFileName } from '../links/file-name.ts'
import type { Links, Reservation } from '../links/links.ts'
import type { Who } from '../policy.ts'
import type { StagedFile } from '../storage/assets.ts'
import type { Hashing } from './hashing.ts'
import type { Landing } from './landing.ts'
import { copySource, inspectSource } from './source.ts'
import type { RunningTransfer, Transfers } from './transfers.ts'

/**
 * Files of this computer, shared by their path: the answer comes at once, with the code reserved, and the bytes are
 * copied in the background. The file itself is never touched.
 */
export type Imports = ReturnType<typeof createImports>

/** So many are copied at a time; more would only make the disk seek. */
const atOnce = 2

interface ImportsOptions {
  readonly links: Links
  readonly landing: Landing
  readonly transfers: Transfers
  readonly hashing: Hashing
  readonly report: (message: string) => void
}

interface Job {
  readonly owner: string
  readonly given: NewImport
  readonly name: string
  readonly stats: Stats
  readonly reservation: Reservation
  readonly transfer: RunningTransfer
}

export function createImports({ links, landing, transfers, hashing, report }: ImportsOptions) {
  const line = createLine(atOnce)
  const running = new Set<Promise<void>>()

  async function bringIn({ owner, given, name, stats, reservation, transfer }: Job): Promise<void> {
    const { signal, progress } = transfer
    let staged: StagedFile | undefined
    let leave: (() => void) | undefined
    try {
      leave = await line.enter(signal)
      staged = await landing.stage(owner, stats.size)
      await copySource(given.path, stats, { staged, signal, progress })
      signal.throwIfAborted()
      const { title, expiresAt } = given
      const { code } = reservation
      const arrival = { owner, staged, name, size: stats.size, type: 'file' as const }
      const { path } = await landing.land(arrival, file =>
        links.addFile(owner, code, { file, details: { title, expiresAt } }),
      )
      transfer.done(stats.size)
      hashing.add(owner, path)
    } catch (error) {
      await staged?.discard()
      report(`Import of ${name} as /${reservation.code} ended: ${error instanceof Error ? error.message : error}`)
      transfer.fail(error)
    } finally {
      reservation.release()
      leave?.()
    }
  }

  return {
    /**
     * Throws `invalid_input`, `not_allowed`, `file_type_not_allowed` or `code_taken`. The size limit is for what others send: the owner
     * shares from their own disk whatever the disk holds.
     */
    async start(who: Who, given: NewImport): Promise<Transfer> {
      const owner = links.ownerFor(who, given.owner)
      const stats = await inspectSource(given.path)
      const name = cleanFileName(given.name ?? basename(given.path))
      landing.typeOf('file', name)
      const reservation = links.reserve(owner, given.code)
      const { code } = reservation
      const transfer = transfers.start({ kind: 'import', owner, code, name, size: stats.size })
      const job = bringIn({ owner, given, name, stats, reservation, transfer })
      running.add(job)
      void job.finally(() => running.delete(job))
      return transfer.current()
    },

    /** Waits for what was told to end. */
    async stop(): Promise<void> {
      await Promise.all(running)
    },
  }
}

/** Lets `limit` in at a time, the others in the order they came. */
function createLine(limit: number) {
  const waiting = new Set<() => void>()
  let free = limit
  const leave = () => {
    const [next] = waiting
    if (next) next()
    else free += 1
  }
  return {
    /** Resolves with the function that lets the next one in. Rejects with the signal's reason. */
    async enter(signal: AbortSignal): Promise<() => void> {
      signal.throwIfAborted()
      if (free > 0) free -= 1
      else await waitFor(waiting, signal)
      return leave
    },
  }
}

function waitFor(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopWaiting = () => {
      waiting.delete(enter)
      signal.removeEventListener('abort', handleAbort)
    }
    const enter = () => {
      stopWaiting()
      resolve()
    }
    const handleAbort = () => {
      stopWaiting()
      reject(signal.reason)
    }
    waiting.add(enter)
    signal.addEventListener('abort', handleAbort)
  })
}
