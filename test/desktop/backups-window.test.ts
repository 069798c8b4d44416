/** Settings, Backups, in the window: file bytes go round the page, by the dialogs of the system, which the test answers. */
import { cp, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { createLink, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

test('a backup is made and saved, and one of upstream is restored from a file', async () => {
  const app = await launchApp()
  const { page } = app
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await createLink(app, 'https://example.com/kept')
  await page.goto(new URL('#/settings/backups', page.url()).href)
  await page.getByLabel('Whose links to back up').selectOption('Only yours')
  await page.getByRole('button', { name: 'Back up now' }).click()

  const saved = join(await makeFolder('saved'), 'My backup.zip')
  await app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath })
  }, saved)
  await page.getByRole('button', { name: 'Download Your links, just now' }).click()
  await page.getByText(`Saved as ${saved}`).waitFor()
  expect((await stat(saved)).size).toBeGreaterThan(100)

  const file = join(await makeFolder('upstream'), 'from-a-friend.zip')
  await cp(resolve(import.meta.dirname, '../fixtures/trunk8_backup_admin.zip'), file)
  await answerOpenDialog(app, file)
  await page.getByRole('button', { name: 'Restore from a file' }).click()
  await page.getByRole('button', { name: 'Choose a file' }).click()
  await page.getByText('from-a-friend.zip').waitFor()
  await page.getByRole('button', { name: 'See what happens' }).click()
  await page.getByText('14 links come back, with 6 files').waitFor()
  await expectAxeFindsNothing(page)
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await page.getByText('14 links came back.').waitFor()
})

async function answerOpenDialog({ electron }: TestApp, path: string): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
  }, path)
}
