import { createHash } from 'node:crypto'
import type { Links } from '../links/links.ts'
import type { Assets } from '../storage/assets.ts'

/**
 * Works out the SHA-256 of files that are links already, one after the other, in pieces so small that requests do not
 * notice. What a stop leaves undone stays without its hash.
 */
export type Hashing = ReturnType<typeof createHashing>

// About a third of a millisecond of hashing.
const pieceSize = 256 * 1024

interface HashingOptions {
  readonly assets: Assets
  readonly links: Links
  readonly report: (message: string) => void
}

export function createHashing({ assets, links, report }: HashingOptions) {
  const stopping = new AbortController()
  let queue: Promise<void> = Promise.resolve()

  async function addHash(owner: string, path: string): Promise<void> {
    if (stopping.signal.aborted) return
    const sha256 = await hashAsset(assets, { owner, path }, stopping.signal)
    if (sha256 !== undefined) await links.addHash(owner, path, sha256)
  }

  return {
    /** `path` is the name in the owner's assets folder. */
    add(owner: string, path: string): void {
      queue = queue.then(() => addHash(owner, path)).catch(error => report(`No hash for ${owner}'s ${path}: ${error}`))
    },
    async stop(): Promise<void> {
      stopping.abort()
      await queue
    },
  }
}

/** Undefined where the file is gone, or the signal came first. */
async function hashAsset(
  assets: Assets,
  { owner, path }: { owner: string; path: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const file = await assets.open(owner, path)
  if (!file) return undefined
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(pieceSize)
    for (let position = 0; position < file.stats.size; ) {
      if (signal.aborted) return undefined
      const { bytesRead } = await file.handle.read(buffer, 0, pieceSize, position)
      if (bytesRead === 0) return undefined
      hash.update(buffer.subarray(0, bytesRead))
      position += bytesRead
    }
    return hash.digest('hex')
  } finally {
    await file.handle.close()
  }
}
