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
  /** Whose all of it becomes, also what waits and is sent later; `''`: who is signed in. */
  readonly forUser: string
  readonly limits: () => Promise<UploadLimits>
  /** The upload stays in the list, done, until this is through: by then the link itself is on the screen. */
  readonly onDone: (link: Link) => Promise<unknown>
}

const atOnce = 2
const hopeless = new Set(['file_too_large', 'file_type_not_allowed'])

export function createUploads({ forUser, limits, onDone }: UploadsOptions) {
  const list = createUploadList()
  const stops = new Map<string, AbortController>()

  /** What would be refused is told at once, before anything is sent. */
  async function admit(id: string, file: File): Promise<void> {
    try {
      checkUpload(file, await limits())
      list.change(id, { state: 'waiting' })
      startNext()
    } catch (error) {
      fail(id, error)
    }
  }
  function startNext(): void {
    const running = list.get().filter(({ state }) => state === 'running').length
    // The oldest that waits is the last: the newest stands first.
    const next = list.get().findLast(({ state }) => state === 'waiting')
    if (!next?.file || running >= atOnce) return
    list.change(next.id, { state: 'running' })
    void send(next.id, next.file)
    startNext()
  }
  async function send(id: string, file: File): Promise<void> {
    const stop = new AbortController()
    stops.set(id, stop)
    const rate = createRate()
    const onProgress = (bytes: number) => list.change(id, { bytes, speed: rate.measure(bytes, performance.now()) })
    try {
      const link = await upload(file, { signal: stop.signal, onProgress, forUser })
      list.change(id, { state: 'done', bytes: file.size, link })
      startNext()
      await onDone(link)
      list.remove(id)
    } catch (error) {
      fail(id, error)
      startNext()
    } finally {
      stops.delete(id)
    }
  }
  function fail(id: string, error: unknown): void {
    const code = error instanceof AppError ? error.code : 'internal'
    if (code === 'cancelled') list.remove(id)
    else list.change(id, { state: 'failed', problem: messageOf(error), ...(hopeless.has(code) && { file: undefined }) })
  }
  return { ...watching(list), ...asking(list, admit, stops) }
}

type UploadList = ReturnType<typeof createUploadList>

const watching = ({ get, subscribe, idOf, remove }: UploadList) => ({ get, subscribe, idOf, dismiss: remove })

/** What a person can ask of the uploads. */
function asking(
  list: UploadList,
  admit: (id: string, file: File) => Promise<void>,
  stops: ReadonlyMap<string, AbortController>,
) {
  return {
    add(files: readonly File[]): void {
      for (const file of files)
        void admit(list.put({ name: file.name, size: file.size, state: 'checking', file }), file)
    },
    /** Shows that something could not be shared at all, and why. */
    refuse(name: string, problem: string): void {
      list.put({ name, size: 0, state: 'failed', problem })
    },
    cancel(id: string): void {
      const stop = stops.get(id)
      if (stop) stop.abort()
      else list.remove(id)
    },
    retry(id: string): void {
      const file = list.get().find(item => item.id === id)?.file
      if (!file) return
      list.change(id, { state: 'checking', bytes: 0, speed: 0, problem: undefined })
      void admit(id, file)
    },
  }
}

export type Uploads = ReturnType<typeof createUploads>

/** The uploads themselves, newest first, and who watches them. */
function createUploadList() {
  let list: readonly Upload[] = []
  let made = 0
  const idsByCode = new Map<string, string>()
  const listeners = new Set<() => void>()

  function replace(next: readonly Upload[]): void {
    list = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => list,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    put(item: Pick<Upload, 'name' | 'size' | 'state'> & Partial<Upload>): string {
      const id = `upload-${++made}`
      replace([{ id, bytes: 0, speed: 0, ...item }, ...list])
      return id
    },
    change(id: string, part: Partial<Upload>): void {
      if (part.link) idsByCode.set(part.link.code, id)
      replace(list.map(item => (item.id === id ? { ...item, ...part } : item)))
    },
    remove: (id: string): void => replace(list.filter(item => item.id !== id)),
    /** What this page called the upload that became this link. */
    idOf: (code: string): string | undefined => idsByCode.get(code),
  }
}
