/** The whole of Trunk8 in the window at its smallest, by keyboard alone; axe finds nothing on the way, and nothing sticks out. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { deadline, followLink, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'
import * as keyboard from '../helpers/keyboard.ts'

test('links of all kinds, lists, people, themes, settings and backups go without a mouse, at 900×600', async () => {
  const app = await launchApp()
  const walk = await startWalk(app)
  await keyboard.makeAllKinds(walk)
  expect(await followLink(app.port, 'k-redirect')).toBe('https://example.com/by-keyboard')
  await keyboard.editPage(walk)
  await keyboard.replaceFile(walk)
  expect(await (await fetch(`http://127.0.0.1:${app.port}/k-file`)).text()).toBe('second')
  await keyboard.deleteManyAndUndo(walk)
  await keyboard.filterLinks(walk)
  await exportList(app)
  await keyboard.importList(walk)
  await keyboard.addPerson(walk, 'ann')
  await keyboard.actAsAndBack(walk, 'ann')
  await keyboard.chooseTheme(walk)
  await keyboard.changeSetting(walk)
  await keyboard.backUpAndRestore(walk, 'k-redirect')
  await app.takePicture('by-keyboard')
})

test('the admin’s own password is changed without a mouse', async () => {
  const app = await launchApp()
  const walk = await startWalk(app)
  await keyboard.changePassword(walk, undefined, 'copper lantern river moss')
  await vi.waitFor(async () => expect(await canSignIn(app, 'copper lantern river moss')).toBe(true), deadline)
})

async function startWalk(app: TestApp): Promise<keyboard.Walk> {
  const { page, electron } = app
  page.setDefaultTimeout(15_000)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(900, 600))
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(900)
  const folder = await makeFolder('chosen')
  return {
    page,
    async look(where) {
      await expectAxeFindsNothing(page, where)
      const spill = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(spill, `${where}: wider than the window by`).toBeLessThanOrEqual(0)
    },
    async makeFile(name, text) {
      await writeFile(join(folder, name), text)
      return join(folder, name)
    },
  }
}

async function exportList({ page, electron }: TestApp): Promise<void> {
  const filePath = join(await makeFolder('saved'), 'links.csv')
  // Where the person would have chosen, in the dialog of the system.
  await electron.evaluate(({ BrowserWindow }, path) => {
    const session = BrowserWindow.getAllWindows()[0]?.webContents.session
    session?.on('will-download', (_event, item) => item.setSavePath(path))
  }, filePath)
  await keyboard.press(page, 'List as a file')
  await keyboard.chooseFromMenu(page, 'Export as CSV')
  await vi.waitFor(async () => expect(await readFile(filePath, 'utf8')).toContain('k-markdown'), deadline)
}

async function canSignIn({ port }: TestApp, password: string): Promise<boolean> {
  const body = JSON.stringify({ password })
  const headers = { 'Content-Type': 'application/json' }
  return (await fetch(`http://127.0.0.1:${port}/auth/login`, { method: 'POST', headers, body })).ok
}
