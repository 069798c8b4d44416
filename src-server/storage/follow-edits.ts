import type { z } from 'zod'
import type { TomlFile } from './toml-file.ts'
import { watchFile } from './watch-file.ts'

/**
 * Takes in what people write into a file while the app runs, within a second. An edit that does not parse is reported,
 * once, and the last good value stays. The file's folder has to be there. Returns the function that ends it.
 */
export function followEdits<S extends z.ZodType>(file: TomlFile<S>, report: (message: string) => void): () => void {
  let told = ''

  async function look(): Promise<void> {
    try {
      await file.refresh()
      told = ''
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (message !== told) report(`${message}. What was there before still holds`)
      told = message
    }
  }

  return watchFile(file.path, () => void look(), report)
}
