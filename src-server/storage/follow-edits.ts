import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { z } from 'zod'
import type { TomlFile } from './toml-file.ts'

const settleTime = 100

/**
 * Takes in what people write into a file while the app runs, within a second. An edit that does not parse is reported,
 * once, and the last good value stays. Returns the function that ends it.
 *
 * Editors put a new file in the place of the old one, so it is the folder that is watched; it has to be there.
 */
export function followEdits<S extends z.ZodType>(file: TomlFile<S>, report: (message: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined
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

  function hear(_: string, name: string | null): void {
    if (name !== null && name !== basename(file.path)) return
    clearTimeout(timer)
    timer = setTimeout(look, settleTime).unref()
  }

  let watcher: FSWatcher | undefined
  try {
    watcher = watch(dirname(file.path), { persistent: false }, hear)
    watcher.on('error', error => report(`${file.path} is no longer watched: ${error.message}`))
  } catch (error) {
    report(`${file.path} cannot be watched, so edits count from the next change on: ${error}`)
  }
  return () => {
    clearTimeout(timer)
    watcher?.close()
  }
}
