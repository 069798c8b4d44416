import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

const openMenu = (page: Page) => page.getByRole('button', { name: 'List as a file' }).click()

async function download(page: Page, name: string): Promise<string> {
  await openMenu(page)
  const download = page.waitForEvent('download')
  await page.getByRole('main').getByText(name).click()
  return readFile(await (await download).path(), 'utf8')
}

test('what the filter finds goes out as CSV or JSON', async () => {
  const page = await web.openSignedIn('/#/links?type=redirect')
  await page.getByRole('row', { name: /standup/ }).waitFor()
  const csv = await download(page, 'Export as CSV')
  expect(csv).toContain('https://meet.jit.si/lindqvist-tuesday')
  expect(csv).not.toContain('red-fox')
  const json = await download(page, 'Export as JSON')
  expect(JSON.stringify(JSON.parse(json))).toContain('lindqvist-tuesday')
})

test('a list comes in after a look at what would happen', async () => {
  const page = await web.openSignedIn('/#/links')
  await openMenu(page)
  await page.getByRole('button', { name: 'Import list…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import list' })
  const chooser = page.waitForEvent('filechooser')
  await dialog.getByRole('button', { name: 'Choose a list…' }).click()
  const text =
    'code,url,title\nwiki,https://wiki.example,The wiki\nred-fox,https://example.com,Taken\nbad,not an address,Bad\n'
  await (await chooser).setFiles({ name: 'links.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await dialog.getByText('1 link to make, 2 left out').waitFor()
  await dialog.getByRole('row', { name: /red-fox Left out/ }).waitFor()
  await dialog.getByRole('row', { name: /wiki Goes to wiki\.example/ }).waitFor()
  expect((await web.server.fetch('/wiki')).status).toBe(404)
  await dialog.getByRole('button', { name: 'Import 1 link' }).click()
  await page.getByText('1 link brought in, 2 left out').waitFor()
  await page.getByRole('row', { name: /wiki/ }).waitFor()
  expect((await web.server.fetch('/wiki')).headers.get('location')).toBe('https://wiki.example')
})

test('a list that is none says why', async () => {
  const page = await web.openSignedIn('/#/links')
  await openMenu(page)
  await page.getByRole('button', { name: 'Import list…' }).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a list…' }).click()
  await (await chooser).setFiles({ name: 'links.json', mimeType: 'application/json', buffer: Buffer.from('{ broken') })
  await page.getByRole('dialog').getByRole('alert').waitFor()
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
