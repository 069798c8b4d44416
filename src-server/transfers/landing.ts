import { AppError } from '../contract/errors.ts'
import type { Link } from '../contract/links.ts'
import type { UploadLimits } from '../contract/transfers.ts'
import { pageTypeOf, storedExtension } from '../links/content.ts'
import { extensionOf } from '../links/file-name.ts'
import type { StoredFile } from '../links/links.ts'
import { mediaTypeOf } from '../links/media.ts'
import type { Assets, StagedFile } from '../storage/assets.ts'

/** What all ways of bringing a file in have in common: whether it may come, and how a link comes to lead to it. */
export type Landing = ReturnType<typeof createLanding>

export type FileType = StoredFile['type']

export interface Arrival {
  readonly owner: string
  readonly staged: StagedFile
  readonly name: string
  readonly size: number
  readonly sha256?: string | undefined
  readonly type: FileType
}

interface LandingOptions {
  readonly assets: Assets
  readonly limits: () => UploadLimits
  /** Gives up what is kept only in case, until so many bytes are free; false where that is not enough. */
  readonly makeRoom: (bytes: number) => Promise<boolean>
}

export function createLanding({ assets, limits, makeRoom }: LandingOptions) {
  function checkExtension(name: string): void {
    const { allowedExtensions } = limits()
    const extension = extensionOf(name)
    if (allowedExtensions && !allowedExtensions.includes(extension)) throw notAllowed(extension, name)
  }

  return {
    limits,

    /** Begins a file of `size` bytes, where that is known. Throws `disk_full`. */
    async stage(owner: string, size = 0): Promise<StagedFile> {
      try {
        return await assets.stage(owner, size)
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'disk_full' || !(await makeRoom(size))) throw error
        return assets.stage(owner, size)
      }
    },

    /**
     * What becomes of a file that is sent as `wanted`: HTML that is sent as markdown becomes an html link. Throws
     * `file_type_not_allowed`.
     */
    typeOf(wanted: FileType, name: string): FileType {
      if (wanted === 'file') {
        checkExtension(name)
        return 'file'
      }
      const type = pageTypeOf(name)
      if (type === wanted || type === 'html') return type
      throw unfit(wanted, name)
    },

    /** The file becomes durable before its link does: a crash in between leaves a file without a link, never the reverse. */
    async land(
      { owner, staged, name, size, sha256, type }: Arrival,
      link: (file: StoredFile) => Promise<Link>,
    ): Promise<{ link: Link; path: string }> {
      const path = await staged.keep(storedExtension(type, name), owner)
      try {
        return { link: await link({ type, path, name, size, mimeType: mediaTypeOf(name), sha256 }), path }
      } catch (error) {
        await assets.remove(owner, path)
        throw error
      }
    },
  }
}

function notAllowed(extension: string, name: string): AppError {
  const what = extension === '' ? `${name} has no extension, and files without one` : `Files that end in .${extension}`
  return new AppError(
    'file_type_not_allowed',
    `${what} may not be shared here. allowed_extensions in config.toml says which may`,
  )
}

function unfit(wanted: 'markdown' | 'html', name: string): AppError {
  const fitting =
    wanted === 'markdown' ? 'that ends in .md, .markdown, .txt, .html or .htm' : 'that ends in .html or .htm'
  return new AppError('file_type_not_allowed', `${name} is no page. Choose a file ${fitting}, or share it as a file`)
}
