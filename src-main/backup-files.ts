/** Backups between this computer and the server: the person says where in the system's dialogs, the server copies. */
import { basename, join } from 'node:path'
import { app, type BrowserWindow, dialog } from 'electron'
import { api } from '../src-server/contract/index.ts'
import type { OwnerClient } from './owner-client.ts'

const filters = [{ name: 'Backups of Trunk8', extensions: ['zip'] }]

/** Where a stored backup was saved to; null when the person cancels. */
export async function saveBackup(
  name: string,
  client: OwnerClient,
  window: BrowserWindow | undefined,
): Promise<string | null> {
  const options = { title: 'Save the backup', defaultPath: join(app.getPath('documents'), basename(name)), filters }
  const { filePath } = window ? await dialog.showSaveDialog(window, options) : await dialog.showSaveDialog(options)
  if (!filePath) return null
  await client.call(api.backups.saveTo, { name, path: filePath }, { waitsLong: true })
  return filePath
}

/** A backup of this computer, taken in; null when the person cancels. */
export async function chooseBackup(
  client: OwnerClient,
  window: BrowserWindow | undefined,
): Promise<{ upload: string; name: string } | null> {
  const options = { title: 'Choose a backup', buttonLabel: 'Look into it', filters, properties: ['openFile' as const] }
  const { filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  const [path] = filePaths
  if (path === undefined) return null
  const { upload } = await client.call(api.backups.bringIn, { path }, { waitsLong: true })
  return { upload, name: basename(path) }
}
