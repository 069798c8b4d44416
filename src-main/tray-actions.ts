/** What the entries of the tray's menu do. Trouble is told as a notification: there may be no window. */
import { app } from 'electron'
import { AppError, api } from '../src-server/contract/index.ts'
import type { Clipboard } from './clipboard.ts'
import { chooseFiles } from './commands.ts'
import type { ShareOutcome } from './contract.ts'
import type { Log } from './log.ts'
import { notify } from './notify.ts'
import type { OwnerClient } from './owner-client.ts'
import type { QuickShare } from './quick-share.ts'
import type { TrayActions } from './tray-menu.ts'
import type { AppWindow } from './window.ts'

export interface TrayMeans {
  readonly client: OwnerClient
  readonly clipboard: Clipboard
  readonly share: QuickShare
  readonly window: AppWindow
  readonly log: Log
}

export function createTrayActions({ client, clipboard, share, window, log }: TrayMeans): TrayActions {
  /** The page hears of what was shared behind its back. */
  const tellWindow = async (sharing: Promise<ShareOutcome[]>): Promise<void> => {
    const outcomes = await sharing
    if (outcomes.length > 0) window.tell('shared', outcomes)
  }
  const attempt = (action: Promise<unknown>): void => {
    action.catch(error => {
      log.error('An entry of the tray did not work', error)
      const body = error instanceof AppError ? error.message : 'The log of the desktop says why'
      notify({ title: 'That did not work', body })
    })
  }
  return {
    shareFiles: () => attempt(tellWindow(chooseFiles(undefined).then(paths => share.shareFiles(paths)))),
    shareClipboard: () => attempt(tellWindow(share.shareClipboard())),
    copy: text => attempt(clipboard.writeText(text)),
    setSharing: on => attempt(client.call(api.sharing.update, { on })),
    open: () => window.show(),
    quit: () => app.quit(),
  }
}
