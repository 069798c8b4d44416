/**
 * The one way from anything on this computer to a link, whatever it came from: a drop, the file dialog, the clipboard.
 * The newest link is on the clipboard as soon as its code is reserved; word of the finished transfer follows.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { AppError, api } from '../src-server/contract/index.ts'
import type { Clipboard } from './clipboard.ts'
import { readContents } from './clipboard-contents.ts'
import type { ShareOutcome } from './contract.ts'
import type { Log } from './log.ts'
import type { OwnerClient } from './owner-client.ts'
import type { Batch, ShareBatches } from './share-batches.ts'

export interface QuickShareOptions {
  readonly client: OwnerClient
  readonly clipboard: Clipboard
  readonly batches: ShareBatches
  readonly log: Log
}

export interface QuickShare {
  /** Absolute paths that a person chose; one outcome each, in order. `owner`: whose links they become; else the admin's. */
  shareFiles(paths: readonly string[], owner?: string): Promise<ShareOutcome[]>
  /** Files as they are, one address as a redirect, text and pictures as files. */
  shareClipboard(owner?: string): Promise<ShareOutcome[]>
}

export function createQuickShare(options: QuickShareOptions): QuickShare {
  return {
    shareFiles: (paths, owner) => importAll(options, { paths, owner }),
    async shareClipboard(owner) {
      const contents = await readContents(options.clipboard)
      switch (contents.kind) {
        case 'files':
          return importAll(options, { paths: contents.paths, owner })
        case 'address':
          return shareAddress(options, contents.url, owner)
        case 'text':
          return shareBytes(options, { name: `Clipboard ${toStamp(new Date())}.txt`, bytes: contents.text, owner })
        case 'image':
          return shareBytes(options, { name: `Screenshot ${toStamp(new Date())}.png`, bytes: contents.png, owner })
        case 'empty':
          return shareNothing(options)
        default:
          return contents satisfies never
      }
    },
  }
}

/** As the server wants it: left out, links are the admin's. */
const forOwner = (owner: string | undefined) => (owner === undefined ? {} : { owner })

interface Import {
  readonly paths: readonly string[]
  readonly owner: string | undefined
  /** Runs when all have arrived or failed. */
  readonly cleanUp?: () => void
}

async function importAll(options: QuickShareOptions, { paths, owner, cleanUp }: Import): Promise<ShareOutcome[]> {
  const { client, batches } = options
  const batch = batches.begin(cleanUp)
  const outcomes: ShareOutcome[] = []
  try {
    // One after the other: each is answered at once, and the last link copied is the last file's.
    for (const path of paths) {
      const start = async () => {
        const transfer = await client.call(api.transfers.import, { path, ...forOwner(owner) })
        batches.add(batch, transfer)
        return transfer
      }
      outcomes.push(await attempt(options, { batch, name: basename(path), start }))
    }
  } finally {
    batches.complete(batch)
  }
  return outcomes
}

async function shareAddress(options: QuickShareOptions, url: string, owner?: string): Promise<ShareOutcome[]> {
  const batch = options.batches.begin()
  const start = async () => {
    const link = await options.client.call(api.links.create, { type: 'redirect', url, ...forOwner(owner) })
    batch.shared.push(url)
    return link
  }
  const outcome = await attempt(options, { batch, name: url, start }).finally(() => options.batches.complete(batch))
  return [outcome]
}

/** Through a file of our own, in a folder that only this user can enter, gone when its bytes have arrived. */
async function shareBytes(
  options: QuickShareOptions,
  { name, bytes, owner }: { name: string; bytes: Buffer | string; owner: string | undefined },
): Promise<ShareOutcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trunk8-clipboard-'))
  const file = join(folder, name)
  await writeFile(file, bytes, { mode: 0o600 })
  const cleanUp = () => {
    rm(folder, { recursive: true, force: true }).catch(error => options.log.error(`${folder} stays behind`, error))
  }
  return importAll(options, { paths: [file], owner, cleanUp })
}

async function shareNothing({ batches }: QuickShareOptions): Promise<ShareOutcome[]> {
  const batch = batches.begin()
  const failure = { name: 'The clipboard', detail: 'The clipboard is empty' }
  batch.failed.push(failure)
  batches.complete(batch)
  return [{ ok: false, code: 'not_found', ...failure }]
}

interface Attempt {
  readonly batch: Batch
  readonly name: string
  readonly start: () => Promise<{ code: string; shareUrl: string }>
}

/** Makes one link and copies it. What the server refuses becomes an outcome. */
async function attempt({ clipboard }: QuickShareOptions, { batch, name, start }: Attempt): Promise<ShareOutcome> {
  try {
    const { code, shareUrl } = await start()
    await clipboard.writeText(shareUrl)
    batch.copied = { code, shareUrl }
    return { ok: true, code, shareUrl }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    batch.failed.push({ name, detail: error.message })
    return { ok: false, name, code: error.code, detail: error.message }
  }
}

/** `2026-11-24 10.30.12`, local time, fit for a file name on every system. */
function toStamp(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')
}
