import type { z } from 'zod'
import type { Finding } from '../problems/problems.ts'
import { BrokenFile, type TomlFile } from './toml-file.ts'
import { watchFile } from './watch-file.ts'

interface FollowOptions {
  /** Told each time what is wrong with the file as it stands; nothing: it is read. */
  readonly onOutcome: (findings: readonly Finding[]) => void
  readonly report: (message: string) => void
}

/**
 * Takes in what people write into a file while the app runs, within a second. An edit that does not parse is told, and
 * the last good value stays. The file's folder has to be there. Returns the function that ends it.
 */
export function followEdits<S extends z.ZodType>(file: TomlFile<S>, { onOutcome, report }: FollowOptions): () => void {
  async function look(): Promise<void> {
    try {
      await file.refresh()
      onOutcome([])
    } catch (error) {
      if (error instanceof BrokenFile) onOutcome([findingOf(error)])
      else report(`${file.path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  return watchFile(file.path, () => void look(), report)
}

/** A file that does not parse, as people are told of it. */
export const findingOf = ({ place, reason }: BrokenFile): Finding => ({
  kind: 'file',
  ...place,
  detail: `${asSentence(reason)}. What was there before still holds`,
})

/** The TOML parser's own reasons begin with a small letter. */
export const asSentence = (reason: string): string => reason.charAt(0).toUpperCase() + reason.slice(1)
