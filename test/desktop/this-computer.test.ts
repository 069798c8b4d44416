/** Settings, This computer: the data folder, the admin password and where it is, changed in the window. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { deadline, findFreePort, followLink, launchApp, makeDataDir, makeFolder, type TestApp } from '../helpers/app.ts'

test('another folder is gone over to from the settings, and the links of both are where they were', async () => {
  const port = await findFreePort()
  const env = { TRUNK8_PORT: String(port) }
  const app = await launchApp({ hasNoDataDir: true, env })
  const other = await makeDataDir(port)
  await makeLinks(other, '[links.there]\ntype = "redirect"\nurl = "https://example.com/there"\n')
  await openSection(app)
  await app.takePicture('this-computer')
  await answerDialog(app, other)

  await app.page.getByRole('button', { name: 'Use another folder…' }).click()
  await app.page.getByText('A Trunk8 folder: 1 person, 1 link').waitFor()
  await expectAxeFindsNothing(app.page)
  await app.takePicture('this-computer-other-folder')
  await app.page.getByRole('button', { name: 'Use this folder' }).click()
  await app.page.getByText('Trunk8 uses the other folder now').waitFor()

  await app.page.getByText(other).waitFor()
  await vi.waitFor(async () => expect(await followLink(port, 'there')).toBe('https://example.com/there'), deadline)
  expect(await app.status()).toMatchObject({ dataDir: other, server: { state: 'running' } })
})

test('a folder of other things can only be chosen anew', async () => {
  const app = await launchApp({ hasNoDataDir: true, env: { TRUNK8_PORT: String(await findFreePort()) } })
  const folder = await makeFolder('backups')
  await writeFile(join(folder, 'trunk8_backup_alice.zip'), 'PK')
  await openSection(app)
  await answerDialog(app, folder)

  await app.page.getByRole('button', { name: 'Use another folder…' }).click()
  await app.page.getByText(/is a backup of Trunk8. Restore it in Settings, Backups/).waitFor()
  expect(await app.page.getByRole('button', { name: 'Use this folder' }).count()).toBe(0)
  await app.takePicture('this-computer-backup')
  await app.page.getByRole('button', { name: 'Cancel' }).click()
  await app.page.getByRole('dialog').waitFor({ state: 'detached' })
})

test.each(['light', 'dark'] as const)('the admin password is shown, copied and changed, in %s', async colorScheme => {
  const app = await launchApp()
  await app.page.emulateMedia({ colorScheme })
  await openSection(app)
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 600))
  const section = app.page.getByRole('region', { name: 'Admin password' })
  await section.getByRole('button', { name: 'Show' }).click()
  const shown = (await section.locator('output').textContent()) ?? ''
  expect(shown).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/)
  await section.getByRole('button', { name: 'Copy' }).click()
  await vi.waitFor(async () => expect(await app.clipboard()).toBe(shown), deadline)

  await section.getByRole('button', { name: 'Change password…' }).click()
  await section.getByLabel('New admin password').fill('quite another one')
  await expectAxeFindsNothing(app.page)
  await app.takePicture(`this-computer-password-${colorScheme}`)
  await app.page.keyboard.press('Enter')
  await app.page.getByText('Admin password changed').waitFor()
  await vi.waitFor(
    async () => expect(await section.locator('output').textContent()).toBe('quite another one'),
    deadline,
  )
})

test('a start that was told its folder, and its password, says so', async () => {
  const app = await launchApp({ env: { TRUNK8_ADMIN_PASSWORD: 'from the environment' } })
  await openSection(app)

  await app.page.getByText('--data-dir names it for this start').waitFor()
  expect(await app.page.getByRole('button', { name: 'Use another folder…' }).isDisabled()).toBe(true)
  await app.page.getByText('TRUNK8_ADMIN_PASSWORD sets it for this run').waitFor()
  expect(await app.page.getByRole('button', { name: 'Change password…' }).isDisabled()).toBe(true)
})

test('a file of the data folder is shown where it is, and nothing outside of it', async () => {
  const app = await launchApp()
  await app.electron.evaluate(({ shell }) => {
    shell.showItemInFolder = path => {
      globalThis.seenByTests.shown.push(path)
    }
  })

  expect(await app.invoke('showFile', { file: 'config/config.toml' })).toEqual({ ok: true, value: undefined })
  for (const file of ['../outside.txt', '/etc/passwd', '.', 'users/nobody/links.toml']) {
    expect(await app.invoke('showFile', { file })).toMatchObject({ ok: false, error: { code: 'not_found' } })
  }

  const shown = await app.electron.evaluate(() => globalThis.seenByTests.shown)
  expect(shown).toEqual([join(app.dataDir, 'config', 'config.toml')])
})

async function openSection({ page }: TestApp): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(() => {
    location.hash = '/settings/computer'
  })
  await page.getByRole('heading', { name: 'Data folder' }).waitFor()
}

async function answerDialog({ electron }: TestApp, path: string): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
  }, path)
}

async function makeLinks(dataDir: string, text: string): Promise<void> {
  await mkdir(join(dataDir, 'users', 'admin'), { recursive: true })
  await writeFile(join(dataDir, 'users', 'users.toml'), '[users.admin]\nis_admin = true\n')
  await writeFile(join(dataDir, 'users', 'admin', 'links.toml'), text)
}
