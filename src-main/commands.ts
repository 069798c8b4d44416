/** What the window's commands do: one line each where they can. Names and shapes are the contract's. */
import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { type BrowserWindow, dialog, shell } from 'electron'
import { AppError, api } from '../src-server/contract/index.ts'
import { generatePassword } from '../src-server/index.ts'
import { chooseBackup, saveBackup } from './backup-files.ts'
import type { Clipboard } from './clipboard.ts'
import type { DesktopStatus, Handlers } from './contract.ts'
import type { DataFolders } from './data-folders.ts'
import type { FirstStart } from './first-start.ts'
import type { Instance } from './instance.ts'
import type { Move } from './move-instance.ts'
import type { OwnerClient } from './owner-client.ts'
import type { QuickShare } from './quick-share.ts'
import type { TrustStore } from './trust-store.ts'
import { toWebAddress } from './web-address.ts'

export interface CommandMeans {
  readonly status: () => Promise<DesktopStatus>
  readonly instance: Instance
  readonly firstStart: FirstStart
  readonly folders: DataFolders
  readonly moveTo: (move: Move) => Promise<{ isPasswordNew: boolean }>
  readonly restartServer: () => Promise<void>
  readonly window: { readonly current: BrowserWindow | undefined }
  readonly share: QuickShare
  readonly client: OwnerClient
  readonly clipboard: Clipboard
  readonly trust: TrustStore
}

export function createCommands(means: CommandMeans): Handlers {
  const { share, client, clipboard, instance, firstStart, trust, window } = means
  const adminPassword = async () => (await instance.secrets()).adminPassword
  return {
    status: means.status,
    chooseFiles: async given => share.shareFiles(await chooseFiles(window.current), given?.owner),
    shareDropped: ({ paths, owner }) => share.shareFiles(paths, owner),
    shareClipboard: given => share.shareClipboard(given?.owner),
    copyText: text => clipboard.writeText(text),
    openLink: async ({ code, isAbout }) =>
      openInBrowser(`${(await client.call(api.links.get, { code })).shareUrl}${isAbout ? '+' : ''}`),
    copyAdminPassword: async () => clipboard.writeText(await adminPassword()),
    showAdminPassword: adminPassword,
    makePassword: async () => generatePassword(),
    dismissPassword: firstStart.dismissPassword,
    finishFirstStart: firstStart.finish,
    restartServer: means.restartServer,
    openDataFolder: () => openFolder(instance.dataDir),
    chooseDataFolder: () => means.folders.choose(window.current),
    useDataFolder: means.moveTo,
    saveBackup: ({ name }) => saveBackup(name, client, window.current),
    chooseBackup: () => chooseBackup(client, window.current),
    async isAuthorityTrusted() {
      const { authority } = await client.call(api.tls.get, {})
      return authority !== undefined && trust.has(authority.certificate)
    },
    async trustAuthority({ isTrusted }) {
      const { authority } = await client.call(api.tls.get, {})
      if (!authority) throw new AppError('not_found', 'The certificate that serves is not one of Trunk8’s own')
      await trust[isTrusted ? 'add' : 'remove'](authority.certificate)
    },
    showFile: async ({ file }) => shell.showItemInFolder(await findInside(instance.dataDir, file)),
  }
}

/** The system's dialog, in front of the window if there is one. Empty when the person cancels. */
export async function chooseFiles(window: BrowserWindow | undefined): Promise<string[]> {
  const options = {
    title: 'Share files',
    buttonLabel: 'Share',
    properties: ['openFile' as const, 'multiSelections' as const],
  }
  const { filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return filePaths
}

const openInBrowser = (address: string): Promise<void> => shell.openExternal(toWebAddress(address))

async function openFolder(path: string): Promise<void> {
  const trouble = await shell.openPath(path)
  if (trouble) throw new AppError('not_found', `${path} could not be opened`)
}

/** The full path of a file of the data folder, links followed. Throws `not_found` where it is not there, or not inside. */
async function findInside(dataDir: string, file: string): Promise<string> {
  const [root, path] = await Promise.all([realpath(dataDir), realpath(resolve(dataDir, file))]).catch(() => [])
  if (root === undefined || !path?.startsWith(root + sep)) {
    throw new AppError('not_found', `There is no file ${file} in the data folder`)
  }
  return path
}
