/** Moving the server to another data folder: it runs there in the end, or goes on where it was as if nothing had been. */
import { AppError } from '../src-server/contract/index.ts'
import type { DataFolders } from './data-folders.ts'
import type { Instance } from './instance.ts'
import type { Preferences } from './preferences.ts'
import type { ServerHost } from './server-host.ts'

export interface MoveMeans {
  readonly instance: Instance
  readonly host: ServerHost
  readonly folders: DataFolders
  readonly preferences: Preferences
  /** What told this start its folder, if anything did. */
  readonly fixedBy: string | undefined
  readonly runningTransfers: () => number
}

export interface Move {
  readonly token: string
  readonly adminPassword?: string | undefined
}

/** Answers whether an admin password was made. Throws the server's own reason why it does not start there. */
export async function moveInstance(
  { instance, host, folders, preferences, fixedBy, runningTransfers }: MoveMeans,
  { token, adminPassword }: Move,
): Promise<{ isPasswordNew: boolean }> {
  if (fixedBy) throw new AppError('not_allowed', `${fixedBy} names the folder for this start. Start Trunk8 without it`)
  const path = folders.find(token)
  if (path === instance.dataDir && adminPassword === undefined) return { isPasswordNew: false }
  if (runningTransfers() > 0)
    throw new AppError('conflict', 'Files are still on their way. Wait for them, or cancel them')
  await host.stop()
  let goBack = () => {}
  try {
    goBack = await instance.moveTo(path, adminPassword)
    const state = await host.start()
    if (state.state === 'failed') throw new AppError('not_ready', state.detail)
  } catch (error) {
    await host.stop()
    goBack()
    void host.start()
    throw error
  }
  await preferences.modify(current => ({ ...current, data_dir: path }))
  return { isPasswordNew: (await instance.opened()).areNew }
}
