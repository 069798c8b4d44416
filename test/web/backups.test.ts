import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { hashOf } from '../helpers/backups.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

const fixtures = join(import.meta.dirname, '../fixtures')

let folder: string
let web: Web

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-web-backups-'))
  await cp(join(fixtures, 'upstream-instance'), folder, { recursive: true })
  web = await startWeb({ dataDir: folder })
})
afterAll(async () => {
  await web.stop()
  await rm(folder, { recursive: true, force: true })
})

const openBackups = (options: Parameters<Web['openSignedIn']>[1] = {}) =>
  web.openSignedIn('/#/settings/backups', { bypassCSP: true, reducedMotion: 'reduce', ...options })
const rows = (page: Page) => page.getByRole('list', { name: 'Backups' }).getByRole('listitem')

const isWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

test('a backup is made, downloaded and deleted', async () => {
  const page = await openBackups()
  await page.getByText('No backups yet').waitFor()
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect.poll(() => rows(page).count()).toBe(1)
  await expect.poll(() => rows(page).first().textContent()).toMatch(/Everybodyjust now · [\d.]+ (kB|MB)/)

  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download Everybody, just now' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toMatch(/^trunk8_backup_everybody_\d{8}_\d{6}\.zip$/)
  const stored = join(folder, 'backups', download.suggestedFilename())
  expect(hashOf(await readFile(await download.path()))).toBe(hashOf(await readFile(stored)))

  await page.getByRole('button', { name: 'Delete Everybody, just now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('No backups yet').waitFor()
  await page.context().close()
})

test('a stored backup says first what a restore would do, then does it', async () => {
  const page = await openBackups()
  await page.getByLabel('Whose links to back up').selectOption('alice')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await rows(page).first().waitFor()
  const admin = await web.server.as()
  await admin.call(api.links.remove, { code: 'wonder' })

  await page.getByRole('button', { name: /^Restore alice/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'See what happens' }).click()
  await dialog.getByText('1 link comes back').waitFor()
  await dialog.getByText(/\d+ links are here already, the same/).waitFor()
  expect((await web.server.fetch('/wonder')).status).toBe(404)
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
  await dialog.getByText('1 link came back.').waitFor()
  expect((await web.server.fetch('/wonder')).status).toBe(302)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.context().close()
})

test('a file is sent once, whatever is tried with it, and conflicts name who has the code', async () => {
  const page = await openBackups()
  const sent: string[] = []
  page.on('request', request => {
    if (request.url().endsWith('/restore')) sent.push(request.headers()['content-type']?.split(';')[0] ?? '')
  })
  await page.getByRole('button', { name: 'Restore from a file' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('button', { name: 'See what happens' }).isDisabled()).toBe(true)
  await page.getByLabel('Backup file').setInputFiles(join(fixtures, 'trunk8_backup_alice_by_admin.zip'))
  await dialog.getByLabel('Whose the links become').selectOption('bob')
  await dialog.getByRole('button', { name: 'See what happens' }).click()
  await dialog.getByText(/belongs to alice here/).waitFor()
  await dialog.getByText('It expired on 1 January 2020').waitFor()
  expect(await dialog.getByRole('button', { name: 'Restore', exact: true }).isDisabled()).toBe(true)
  await expectAxeFindsNothing(page)

  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByLabel('Whose the links become').selectOption('')
  await dialog.getByRole('radio', { name: /Make it as it was/ }).check()
  await dialog.getByRole('button', { name: 'See what happens' }).click()
  await dialog.getByText(/here already, the same/).waitFor()
  expect(sent).toEqual(['multipart/form-data', 'application/json'])
  await page.context().close()
})

test('what is no backup is told in words', async () => {
  const page = await openBackups()
  await page.getByRole('button', { name: 'Restore from a file' }).click()
  await page.getByLabel('Backup file').setInputFiles({ name: 'cat.zip', mimeType: 'x/y', buffer: Buffer.from('meow') })
  await page.getByRole('button', { name: 'See what happens' }).click()
  await page.getByText('it is no zip file, or not the whole of one').waitFor()
  await page.context().close()
})

test('everything by keyboard', async () => {
  const page = await openBackups()
  await page.getByRole('button', { name: 'Back up now' }).focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /Add to what is here/ }).focus()
  await page.keyboard.press('ArrowDown')
  expect(await dialog.getByRole('radio', { name: /Make it as it was/ }).isChecked()).toBe(true)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.context().close()
})

test('a user has their own backups and no others', async () => {
  const page = await web.open('/')
  await page.getByLabel('Name').fill('alice')
  await page.getByLabel('Password', { exact: true }).fill('wonder-land-42')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  await page.goto(`${web.server.url}/#/settings/backups`)
  await page.getByRole('button', { name: 'Back up now' }).waitFor()
  expect(await page.getByLabel('Whose links to back up').count()).toBe(0)
  await page.getByRole('button', { name: 'Back up now' }).click()
  await rows(page).filter({ hasText: 'Your links' }).first().waitFor()
  await page.context().close()
})

test.each([
  ['a desk in light', 'light', { width: 900, height: 600 }],
  ['a desk in dark', 'dark', { width: 900, height: 600 }],
  ['a phone', 'light', { width: 360, height: 740 }],
] as const)('axe finds nothing and nothing sticks out, on %s', async (_, colorScheme, viewport) => {
  const page = await openBackups({ colorScheme, viewport })
  await page.getByRole('button', { name: 'Back up now' }).click()
  await rows(page).first().waitFor()
  await expectAxeFindsNothing(page)
  expect(await isWide(page)).toBe(false)
  await page
    .getByRole('button', { name: /^Restore (Everybody|alice)/ })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('radio').first().waitFor()
  await expectAxeFindsNothing(page)
  await page.getByRole('button', { name: 'See what happens' }).click()
  await page.getByRole('heading', { name: 'What a restore would do' }).waitFor()
  await expectAxeFindsNothing(page)
  expect(await isWide(page)).toBe(false)
  await page.context().close()
})

test('a restore’s report does not name people of whom it has nothing to say', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, {
    username: 'linkless',
    displayName: 'Linkless',
    password: 'copper lantern river moss',
  })
  const page = await openBackups()
  await page.getByLabel('Whose links to back up').selectOption('Everybody')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.getByRole('button', { name: 'Restore Everybody, just now' }).first().click()
  await page.getByRole('button', { name: 'See what happens' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('region', { name: 'alice' }).waitFor()
  expect(await dialog.getByRole('region', { name: 'linkless' }).count()).toBe(0)
  await page.context().close()
})

test('nothing else happened in the pages that must not', () => {
  expect(web.faults).toEqual([])
})
