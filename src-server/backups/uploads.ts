import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import { announcedSize, type Fields, receiveUpload } from '../http/upload.ts'
import type { Who } from '../policy.ts'
import { stageIn } from '../storage/assets.ts'
import { copySource, inspectSource } from '../transfers/source.ts'

/**
 * Zips that were brought here to be restored: streamed to the disk, kept for an hour for whoever brought them, one for
 * each person. None outlives the server.
 */
export type RestoreUploads = ReturnType<typeof createRestoreUploads>

export interface RestoreUpload {
  readonly id: string
  readonly path: string
  readonly owner: string
}

const keptFor = 60 * 60_000

interface RestoreUploadsOptions {
  /** Ours alone. */
  readonly folder: string
}

export function createRestoreUploads({ folder }: RestoreUploadsOptions) {
  const all = new Map<string, RestoreUpload & { readonly timer: NodeJS.Timeout }>()

  async function discard(id: string): Promise<void> {
    const upload = all.get(id)
    if (!upload) return
    clearTimeout(upload.timer)
    all.delete(id)
    await rm(upload.path, { force: true })
  }

  async function add(owner: string, file: string): Promise<RestoreUpload> {
    for (const before of [...all.values()].filter(upload => upload.owner === owner)) await discard(before.id)
    const id = file.replace(/\.zip$/, '')
    const timer = setTimeout(() => void discard(id), keptFor)
    timer.unref()
    const upload = { id, path: join(folder, file), owner, timer }
    all.set(id, upload)
    return upload
  }

  return {
    /** Takes a multipart form in. Throws what `receiveUpload` throws; then nothing is left. */
    async receive(request: IncomingMessage, who: Who): Promise<{ upload: RestoreUpload; fields: Fields }> {
      const { fields, receiver } = await receiveUpload(request, {
        maxFileSize: null,
        begin: async () => ({
          staged: await stageIn(folder, announcedSize(request)),
          signal: new AbortController().signal,
          progress: () => {},
          fail: () => {},
        }),
      })
      return { upload: await add(who.username, await receiver.staged.keep('zip')), fields }
    },

    /** Copies a zip of this computer in. Throws `invalid_input` or `disk_full`. */
    async bringIn(who: Who, path: string): Promise<RestoreUpload> {
      const stats = await inspectSource(path)
      const staged = await stageIn(folder, stats.size)
      try {
        await copySource(path, stats, { staged, signal: new AbortController().signal, progress: () => {} })
        return await add(who.username, await staged.keep('zip'))
      } catch (error) {
        await staged.discard()
        throw error
      }
    },

    /** Throws `not_found`, also for what another brought. */
    find(who: Who, id: string): RestoreUpload {
      const upload = all.get(id)
      if (upload?.owner !== who.username) {
        throw new AppError('not_found', 'This upload is no longer here. Choose the file again')
      }
      return upload
    },

    discard,

    /** Clears away what an earlier run left. */
    sweep: (): Promise<void> => rm(folder, { recursive: true, force: true }),

    async close(): Promise<void> {
      await Promise.all([...all.keys()].map(discard))
    },
  }
}
