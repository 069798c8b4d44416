import { AppError } from '../contract/errors.ts'
import type { Link } from '../contract/links.ts'
import type { UploadLimits } from '../contract/transfers.ts'
import { extensionOf } from '../links/file-name.ts'
import type { FileDetails, Links } from '../links/links.ts'
import { mediaTypeOf } from '../links/media.ts'
import type { Assets, StagedFile } from '../storage/assets.ts'

/** What all ways of bringing a file in have in common: whether it may come, and how it becomes a link once it is here. */
export type Landing = ReturnType<typeof createLanding>

export interface Arrival {
  readonly owner: string
  readonly code: string
  readonly staged: StagedFile
  readonly name: string
  readonly size: number
  readonly sha256?: string | undefined
  readonly details: FileDetails
}

interface LandingOptions {
  readonly links: Links
  readonly assets: Assets
  readonly limits: () => UploadLimits
}

export function createLanding({ links, assets, limits }: LandingOptions) {
  return {
    limits,
    stage: (owner: string, size?: number) => assets.stage(owner, size),

    /** Throws `file_type_not_allowed`. */
    check(name: string): void {
      const { allowedExtensions } = limits()
      const extension = extensionOf(name)
      if (allowedExtensions && !allowedExtensions.includes(extension)) throw notAllowed(extension, name)
    },

    /** The file becomes durable before its link does: a crash in between leaves a file without a link, never the reverse. */
    async land({ owner, code, staged, name, size, sha256, details }: Arrival): Promise<{ link: Link; path: string }> {
      const path = await staged.keep(extensionOf(name))
      try {
        const file = { type: 'file' as const, path, name, size, mimeType: mediaTypeOf(name), sha256 }
        return { link: await links.addFile(owner, code, { file, details }), path }
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
