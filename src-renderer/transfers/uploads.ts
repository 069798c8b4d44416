/**
 * The files that this page sends: two at a time, each with its progress, a way to stop and a way to try again.
 * Callers may rely on `get` giving the same list until something changed.
 */
import { AppError } from '../../src-server/contract/errors.ts'
import type { Link } from '../../src-server/contract/links.ts'
import type { UploadLimits } from '../../src-server/contract/transfers.ts'
import { messageOf } from '../lib/errors.ts'
import { createRate } from '../lib/rate.ts'
import { checkUpload, upload } from '../lib/upload.ts'

export interface Upload {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly state: 'checking' | 'waiting' | 'running' | 'done' | 'failed'
  /** Bytes so far. */
  readonly bytes: number
  /** Bytes per second. */
  readonly speed: number
  readonly link?: Link
  readonly problem?: string
  /** What to send again; absent where that would be refused again. */
  readonly file?: File
}

interface UploadsOptions {
  readonly limits: () => Promise<UploadLimits>
  /** The upload stays in the list, done, until this is through: by then the link itself is on the screen. */
  readonly onDone: (link: Link) => Promise<unknown>
}

const atOnce = 2

export function createUploads({ limits, onDone }: UploadsOptions) {
  let list: readonly Upload[] = []
  let made = 0
  const idsByCode = new Map<string, string>()
  const stops = new Map<string, AbortController>()
  const listeners = new Set<() => void>()

  function replace(next: readonly Upload[]): void {
    list = next
    for (const listener of listeners) listener()
  }
  const change = (id: string, part: Partial<Upload>) =>
    replace(list.map(item => (item.id === id ? { ...item, ...part } : item)))
  const remove = (id: string) => replace(list.filter(item => item.id !== id))

  /** What would be refused is told at once, before anything is sent. */
  async function admit(id: string, file: File): Promise<void> {
    try {
      checkUpload(file, await limits())
      change(id, { state: 'waiting' })
      startNext()
    } catch (error) {
      fail(id, error)
    }
  }

  function startNext(): void {
    const running = list.filter(({ state }) => state === 'running').length
    // The oldest that waits is the last: the newest stands first.
    const next = list.findLast(({ state }) => state === 'waiting')
    if (!next?.file || running >= atOnce) return
    change(next.id, { state: 'running' })
    void send(next.id, next.file)
    startNext()
  }

  async function send(id: string, file: File): Promise<void> {
    const stop = new AbortController()
    stops.set(id, stop)
    const rate = createRate()
    const onProgress = (bytes: number) => change(id, { bytes, speed: rate.measure(bytes, performance.now()) })
    try {
      const link = await upload(file, { signal: stop.signal, onProgress })
      idsByCode.set(link.code, id)
      change(id, { state: 'done', bytes: file.size, link })
      startNext()
      await onDone(link)
      remove(id)
    } catch (error) {
      fail(id, error)
      startNext()
    } finally {
      stops.delete(id)
    }
  }

  function fail(id: string, error: unknown): void {
    const code = error instanceof AppError ? error.code : 'internal'
    const isHopeless = code === 'file_too_large' || code === 'file_type_not_allowed'
    if (code === 'cancelled') remove(id)
    else change(id, { state: 'failed', problem: messageOf(error), ...(isHopeless && { file: undefined }) })
  }

  function put(name: string, rest: Pick<Upload, 'size' | 'state'> & Partial<Upload>): string {
    const id = `upload-${++made}`
    replace([{ id, name, bytes: 0, speed: 0, ...rest }, ...list])
    return id
  }

  return {
    get: () => list,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add(files: readonly File[]): void {
      for (const file of files) void admit(put(file.name, { size: file.size, state: 'checking', file }), file)
    },
    /** Shows that something could not be shared at all, and why. */
    refuse(name: string, problem: string): void {
      put(name, { size: 0, state: 'failed', problem })
    },
    cancel(id: string): void {
      stops.get(id)?.abort()
      if (!stops.has(id)) remove(id)
    },
    retry(id: string): void {
      const file = list.find(item => item.id === id)?.file
      if (!file) return
      change(id, { state: 'checking', bytes: 0, speed: 0, problem: undefined })
      void admit(id, file)
    },
    dismiss: remove,
    /** What this page called the upload that became this link. */
    idOf: (code: string): string | undefined => idsByCode.get(code),
  }
}

export type Uploads = ReturnType<typeof createUploads>
