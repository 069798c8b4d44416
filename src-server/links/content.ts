import { createHash } from 'node:crypto'
import type { PageType } from '../contract/links.ts'
import type { Assets, OpenFile } from '../storage/assets.ts'
import type { Deletions } from './deletions.ts'
import { extensionOf } from './file-name.ts'
import { mediaTypeOf } from './media.ts'
import { type StoredFile, withContent } from './rows.ts'
import type { Entry } from './shelf.ts'
import type { LinkStore } from './store.ts'

/**
 * What links lead to in their owner's folder. New content is whole and on the disk before a row points to it, and what it
 * replaces is deleted after; where the row cannot be written, the new file is gone again and the old one serves on.
 */
export type Content = ReturnType<typeof createContent>

/** The extension that upstream stores pages under, whatever they were called. */
const storedAs = { markdown: 'md', html: 'html' } as const

const fitting: Readonly<Record<PageType, readonly string[]>> = {
  markdown: ['md', 'markdown', 'txt'],
  html: ['html', 'htm'],
}

/** What a file of this name is as a page; undefined for what no page can be made of. */
export function pageTypeOf(name: string): PageType | undefined {
  const extension = extensionOf(name)
  return (['markdown', 'html'] as const).find(type => fitting[type].includes(extension))
}

/** Type and name → the extension to store under. */
export const storedExtension = (type: StoredFile['type'], name: string): string =>
  type === 'file' ? extensionOf(name) : storedAs[type]

/** A page that was typed gets the name that upstream gives it. */
export const typedName = (code: string, type: PageType): string => `${code}.${storedAs[type]}`

interface ContentOptions {
  readonly store: LinkStore
  readonly assets: Assets
  readonly deletions: Deletions
  readonly now: () => number
}

export function createContent({ store, assets, deletions, now }: ContentOptions) {
  async function write(owner: string, extension: string, bytes: Buffer): Promise<string> {
    const staged = await assets.stage(owner, bytes.length)
    try {
      await staged.append([bytes])
      return await staged.keep(extension)
    } finally {
      await staged.discard()
    }
  }

  return {
    /** Makes a file of a page's text and hands it to `use`; where that fails, the file is gone again. */
    async withPage<T>(
      { owner, type, name, text }: { owner: string; type: PageType; name: string; text: string },
      use: (file: StoredFile) => Promise<T>,
    ): Promise<T> {
      const bytes = Buffer.from(text)
      const path = await write(owner, storedAs[type], bytes)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      try {
        return await use({ type, path, name, size: bytes.length, mimeType: mediaTypeOf(name), sha256 })
      } catch (error) {
        await assets.remove(owner, path)
        throw error
      }
    },

    /** Lets a link lead to another file of its owner. Throws `conflict`. */
    replace: (entry: Entry, file: StoredFile): Promise<void> =>
      deletions.discardFileAround(entry, () => store.replace(entry, withContent(entry.row, file, new Date(now())))),

    /** The file that a link leads to; undefined where it has none, or it is gone. The caller closes it. */
    open: async ({ owner, record: { path } }: Entry): Promise<OpenFile | undefined> =>
      path === undefined ? undefined : assets.open(owner, path),
  }
}
