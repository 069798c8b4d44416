import { z } from 'zod'
import type { TomlFile } from '../storage/toml-file.ts'
import type { UserFolders } from '../storage/user-folders.ts'
import type { UserStore } from './store.ts'

/**
 * How a user goes with all that is theirs. `state/removals.toml` says who is on the way out, so that a crash leaves them
 * either whole or, from the moment that their row is gone, served by nobody and cleared away at the next start.
 */
export type Removal = ReturnType<typeof createRemoval>

export const RemovalsFile = z.looseObject({ users: z.array(z.string()).default([]) })

interface RemovalOptions {
  readonly file: TomlFile<typeof RemovalsFile>
  readonly store: UserStore
  readonly folders: UserFolders
  /** Ends all that a user has going on, and whatever is kept of them outside of their folder. */
  readonly forget: (username: string) => Promise<void>
  readonly report: (message: string) => void
}

export function createRemoval({ file, store, folders, forget, report }: RemovalOptions) {
  const note = (username: string) =>
    file.modify(({ users, ...rest }) => ({ ...rest, users: [...new Set([...users, username])] }))
  const cross = (username: string) =>
    file.modify(({ users, ...rest }) => ({ ...rest, users: users.filter(name => name !== username) }))

  /** Their row is gone, so that nothing of this can be undone: what fails is done at the next start. */
  async function finish(username: string): Promise<void> {
    try {
      await forget(username)
      await folders.remove(username)
      await cross(username)
    } catch (error) {
      report(`What ${username} had is not all gone yet: ${error}. The next start goes on with it`)
    }
  }

  return {
    /** Resolves when their row is off the disk and the rest has gone as well. Rejects, and changes nothing, if the row stays. */
    async remove(username: string): Promise<void> {
      await note(username)
      try {
        await store.remove(username)
      } catch (error) {
        await cross(username)
        throw error
      }
      await finish(username)
    },

    /** After a start: goes on with what a crash cut short. Whoever still has a row stays. */
    async recover(): Promise<void> {
      for (const username of file.value.users) {
        if (store.find(username)) await cross(username)
        else await finish(username)
      }
      await folders.sweep()
    },

    close: () => file.close(),
  }
}
