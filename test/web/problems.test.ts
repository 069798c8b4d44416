import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'ann', displayName: 'Ann', password: 'a password for ann' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'kept', owner: 'ann' })
})
afterAll(() => web.stop())

const broken = '[links.kept]\ntype = "redirect\n'
const good = '[links.kept]\ntype = "redirect"\nurl = "https://example.com/mended"\n'

test('a file that is broken by hand shows within moments, with its place, and is gone when it is mended', async () => {
  const page = await web.openSignedIn('/#/links', { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.getByRole('row', { name: /kept/ }).waitFor()
  const notice = page.getByRole('region', { name: 'Problems in files' })
  expect(await notice.count()).toBe(0)

  await edit('users/ann/links.toml', broken)
  await notice.getByText('One thing in the files needs a look').waitFor()
  await notice.getByRole('button', { name: 'Show' }).click()
  const dialog = page.getByRole('dialog', { name: 'Problems in files' })
  await dialog.getByText('users/ann/links.toml').first().waitFor()
  await dialog.getByText(/^Line 2, column \d+ · Belongs to ann$/).waitFor()
  await dialog.getByRole('button', { name: 'Copy the path users/ann/links.toml' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('users/ann/links.toml')

  await edit('users/ann/links.toml', good)
  await notice.waitFor({ state: 'detached' })
})

test('who hides it sees it again only when something else turns up', async () => {
  const page = await web.openSignedIn('/')
  const notice = page.getByRole('region', { name: 'Problems in files' })
  await edit('config/config.toml', '[app]\nmax_file_size_mb = "many"\n')
  await notice.getByText('One thing in the files').waitFor()
  await notice.getByRole('button', { name: /^Hide/ }).click()
  await notice.waitFor({ state: 'detached' })
  await edit('users/ann/links.toml', broken)
  await notice.getByText('2 things in the files').waitFor()
  await edit('users/ann/links.toml', good)
  await edit('config/config.toml', '')
  await notice.waitFor({ state: 'detached' })
})

test('people hear of their own files alone', async () => {
  await edit('config/config.toml', '[app]\nmax_file_size_mb = "many"\n')
  const page = await web.open('/')
  await page.getByLabel('User name').fill('ann')
  await page.getByLabel('Password', { exact: true }).fill('a password for ann')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('article').first().waitFor()
  const notice = page.getByRole('region', { name: 'Problems in files' })
  await edit('users/ann/links.toml', broken)
  await notice.getByText('One thing in the files').waitFor()
  await notice.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('dialog').getByText('users/ann/links.toml').first().waitFor()
  expect(await page.getByRole('dialog').getByText('config/config.toml').count()).toBe(0)
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

/** As editors save: a new file in the old one's place. */
async function edit(path: string, text: string): Promise<void> {
  const file = join(web.server.dataDir, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
