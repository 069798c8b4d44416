/** What the window's commands do: one line each where they can. Names and shapes are the contract's. */
import { type BrowserWindow, dialog, shell } from 'electron'
import { AppError, api } from '../src-server/contract/index.ts'
import type { Clipboard } from './clipboard.ts'
import type { DesktopStatus, Handlers } from './contract.ts'
import type { OwnerClient } from './owner-client.ts'
import type { QuickShare } from './quick-share.ts'

export interface CommandMeans {
  readonly status: () => Promise<DesktopStatus>
  readonly adminPassword: () => Promise<string>
  readonly dismissFirstStart: () => Promise<void>
  readonly restartServer: () => Promise<void>
  readonly window: { readonly current: BrowserWindow | undefined }
  readonly share: QuickShare
  readonly client: OwnerClient
  readonly clipboard: Clipboard
  readonly dataDir: string
}

export function createCommands(means: CommandMeans): Handlers {
  const { share, client, clipboard, dataDir } = means
  return {
    status: means.status,
    chooseFiles: async () => share.shareFiles(await chooseFiles(means.window.current)),
    shareDropped: paths => share.shareFiles(paths),
    shareClipboard: () => share.shareClipboard(),
    copyText: text => clipboard.writeText(text),
    openLink: async ({ code }) => openInBrowser((await client.call(api.links.get, { code })).shareUrl),
    copyAdminPassword: async () => clipboard.writeText(await means.adminPassword()),
    showAdminPassword: means.adminPassword,
    dismissFirstStart: means.dismissFirstStart,
    restartServer: means.restartServer,
    openDataFolder: () => openFolder(dataDir),
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

/** Web addresses alone: other kinds would start other programs. */
async function openInBrowser(address: string): Promise<void> {
  const { protocol, href } = new URL(address)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new AppError('not_allowed', 'Only web addresses can be opened')
  await shell.openExternal(href)
}

async function openFolder(path: string): Promise<void> {
  const trouble = await shell.openPath(path)
  if (trouble) throw new AppError('not_found', `${path} could not be opened`)
}
