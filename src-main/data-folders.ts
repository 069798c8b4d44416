/**
 * How a person chooses a data folder: in the system's dialog, never by a path that the page made up. What was found is
 * kept under a token, by which the page may say that this is the one.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type BrowserWindow, dialog } from 'electron'
import { AppError } from '../src-server/contract/index.ts'
import { inspectDataDir } from '../src-server/index.ts'
import type { FoundFolder } from './contract.ts'

export interface DataFolders {
  /** null when the person cancels. */
  choose(window: BrowserWindow | undefined): Promise<FoundFolder | null>
  /** The path of a folder that was chosen and can be used. Throws `not_found` for a token of no choice, and `not_allowed`. */
  find(token: string): string
}

export function createDataFolders(): DataFolders {
  const found = new Map<string, FoundFolder>()
  return {
    async choose(window) {
      const path = await askForFolder(window)
      if (path === undefined) return null
      const folder = { token: randomUUID(), ...(await lookInto(path)) }
      found.set(folder.token, folder)
      return folder
    },
    find(token) {
      const folder = found.get(token)
      if (!folder) throw new AppError('not_found', 'Choose the folder again')
      if (folder.kind === 'other')
        throw new AppError('not_allowed', folder.problems[0] ?? 'This folder is not Trunk8’s')
      return folder.path
    },
  }
}

async function askForFolder(window: BrowserWindow | undefined): Promise<string | undefined> {
  const options = {
    title: 'Where your data lives',
    buttonLabel: 'Choose',
    properties: ['openDirectory' as const, 'createDirectory' as const, 'showHiddenFiles' as const],
  }
  const { filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return filePaths[0]
}

/** Among other things, such as in Documents, Trunk8 gets a folder of its own; anything of Trunk8 there is told instead. */
async function lookInto(path: string): Promise<Omit<FoundFolder, 'token'>> {
  const here = await inspectDataDir(path)
  const own = join(path, 'Trunk8')
  const inside = here.kind === 'other' ? await inspectDataDir(own) : undefined
  const isBackup = here.problems.some(problem => problem.includes('backup'))
  return inside && inside.kind !== 'other' && !isBackup ? toFound(own, inside) : toFound(path, here)
}

const toFound = (path: string, { problems, ...found }: Awaited<ReturnType<typeof inspectDataDir>>) => ({
  path,
  ...found,
  problems: [...problems],
})
