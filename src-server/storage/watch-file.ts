import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Editors save in several steps. */
const settleTime = 100

/**
 * Calls `onTouch` soon after a file may have changed, by whoever: made, written, replaced or deleted. Its folder has to
 * exist. Returns the function that ends it. Where a system cannot watch, `report` is told and nothing is called.
 */
export function watchFile(path: string, onTouch: () => void, report: (message: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const touch = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      onTouch()
    }, settleTime)
  }
  const watcher = watchFolder(dirname(path), report)
  // Most editors put a new file in the place of the old one, so that it is the folder that has to be watched.
  watcher?.on('change', (_, name) => {
    if (name === null || String(name) === basename(path)) touch()
  })
  watcher?.on('error', error => report(`${path} is no longer watched: ${error.message}`))
  return () => {
    clearTimeout(timer)
    watcher?.close()
  }
}

function watchFolder(folder: string, report: (message: string) => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false })
  } catch (error) {
    report(`${folder} cannot be watched: changes made by hand count after a restart (${error})`)
    return undefined
  }
}
