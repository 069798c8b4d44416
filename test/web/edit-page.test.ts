import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
let made = 0
let code: string
beforeAll(async () => {
  web = await startWeb()
})
beforeEach(async () => {
  code = `page-${++made}`
  await (await web.server.as()).call(api.links.create, { type: 'markdown', content: '# First words\n', code })
})
afterAll(() => web.stop())

const sourceOf = async (path: string) => (await web.server.fetch(`${path}?raw=1`)).text()

test('a page is changed where it is: its source is loaded, saved with Ctrl+S and served at once', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  await page.getByRole('complementary').getByRole('link', { name: 'Edit page' }).click()
  const text = page.getByLabel('Markdown text')
  await expect.poll(() => text.inputValue()).toBe('# First words\n')
  await text.fill('# Second words\n')
  await page.frameLocator('iframe[title="Preview"]').getByRole('heading', { name: 'Second words' }).waitFor()
  expect(await sourceOf(`/${code}`)).toBe('# First words\n')
  await text.focus()
  await page.keyboard.press('Control+s')
  await page.getByText(`/${code} saved`).waitFor()
  expect(await sourceOf(`/${code}`)).toBe('# Second words\n')

  await page.getByRole('button', { name: 'Done' }).click()
  await page
    .getByRole('complementary', { name: `Link /${code}` })
    .frameLocator('iframe')
    .getByRole('heading', { name: 'Second words' })
    .waitFor()
})

test('changes that are not saved are asked about, and given up only when told so', async () => {
  const page = await web.openSignedIn(`/#/links/${code}/edit`)
  const text = page.getByLabel('Markdown text')
  await expect.poll(() => text.inputValue()).toBe('# First words\n')
  await text.fill('not to be kept')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('complementary', { name: `Link /${code}` }).waitFor()
  expect(await sourceOf(`/${code}`)).toBe('# First words\n')
})

test('a page becomes a redirect from within its editor', async () => {
  const page = await web.openSignedIn(`/#/links/${code}/edit`)
  await page.getByRole('button', { name: 'Make it a redirect…' }).click()
  const dialog = page.getByRole('dialog', { name: `Make /${code} a redirect` })
  await dialog.getByRole('button', { name: 'Make it a redirect' }).click()
  await dialog.getByText('Enter an address').waitFor()
  await dialog.getByLabel('Goes to').fill('example.com/elsewhere')
  await dialog.getByRole('button', { name: 'Make it a redirect' }).click()
  await page.getByRole('complementary').getByText('https://example.com/elsewhere').waitFor()
  expect((await web.server.fetch(`/${code}`)).headers.get('location')).toBe('https://example.com/elsewhere')
})

test('an address of a page that does not exist says so', async () => {
  const page = await web.openSignedIn('/#/links/no-such-page/edit')
  await page.getByRole('heading', { name: '/no-such-page could not be opened' }).waitFor()
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
