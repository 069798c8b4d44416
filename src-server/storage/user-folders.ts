import { randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DataDir } from './data-dir.ts'
import { makeFolder, syncFolder } from './durable.ts'

/**
 * The users' folders as wholes: what lies under a name, and how a folder goes for good. A folder that goes is first out
 * of everybody's reach in one step; what a crash leaves of it is cleared away at the next start.
 */
export type UserFolders = ReturnType<typeof createUserFolders>

const goingPrefix = '.going-'

export function createUserFolders(dataDir: DataDir) {
  const users = dirname(dataDir.users)
  const going = dataDir.state('going')

  /** The folder itself where it is a symlink: what that leads to is not ours. */
  async function moveAside(name: string): Promise<string | undefined> {
    const source = dirname(dataDir.userLinks(name))
    await makeFolder(going)
    const target = join(going, randomUUID())
    const moved = await rename(source, target).then(
      () => target,
      async (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        // `state` may lie on another disk.
        if (error.code !== 'EXDEV') throw error
        const beside = join(users, `${goingPrefix}${randomUUID()}`)
        await rename(source, beside)
        return beside
      },
    )
    if (moved !== undefined) await syncFolder(users)
    return moved
  }

  return {
    /** Whether anything lies in a folder that `isIt` says yes to, by its name. */
    async holdsAnything(isIt: (name: string) => boolean): Promise<boolean> {
      const folders = (await readdir(users, { withFileTypes: true })).filter(it => !it.isFile() && isIt(it.name))
      const contents = await Promise.all(folders.map(({ name }) => readdir(join(users, name)).catch(() => ['?'])))
      return contents.some(names => names.length > 0)
    },

    /** Takes a user's folder away, for good. Symlinks in it are removed, not followed. Nothing there is fine. */
    async remove(name: string): Promise<void> {
      const aside = await moveAside(name)
      if (aside !== undefined) await rm(aside, removal)
    },

    /** Deletes what is left of folders that went before a crash. */
    async sweep(): Promise<void> {
      const beside = (await readdir(users)).filter(name => name.startsWith(goingPrefix))
      await Promise.all([going, ...beside.map(name => join(users, name))].map(path => rm(path, removal)))
    },
  }
}

/** On Windows something may hold a file for a moment. */
const removal = { recursive: true, force: true, maxRetries: 5 }
