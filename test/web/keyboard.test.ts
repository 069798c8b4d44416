import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

test('the whole job goes without a mouse: sign in, share an address, find it, copy it, delete it, bring it back', async () => {
  const page = await web.open('/', { permissions: ['clipboard-read', 'clipboard-write'] })
  const keys = page.keyboard
  await page.getByLabel('Password', { exact: true }).waitFor()
  await keys.type(web.server.adminPassword)
  await keys.press('Enter')
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()

  await tabTo(page, 'Type a link…')
  await keys.press('Enter')
  await page.getByRole('dialog', { name: 'New link' }).waitFor()
  await keys.type('https://example.com/by-keyboard')
  await keys.press('Tab')
  await keys.type('keys')
  await keys.press('Enter')
  await page.getByText('Link copied: /keys').waitFor()
  expect(await focusedName(page)).toBe('Type a link…')

  await keys.press('/')
  await page.getByRole('searchbox', { name: 'Search links' }).waitFor()
  await keys.type('by-keyboard')
  const row = page.getByRole('row', { name: /by-keyboard/ })
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  await tabToRow(page)
  await keys.press('Enter')
  await page.getByRole('complementary', { name: 'Link /keys' }).waitFor()
  await keys.press('Control+c')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${web.server.url}/keys`)
  await keys.press('Escape')
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  await keys.press('Delete')
  await row.waitFor({ state: 'detached' })
  await keys.press('Control+z')
  await row.waitFor()
})

test('arrows move through the rows, and an open panel follows', async () => {
  const page = await web.openSignedIn('/#/links')
  await page.getByRole('row', { name: /red-fox/ }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Link /standup' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('complementary', { name: 'Link /teal-heron' }).waitFor()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowUp')
  const first = await page.locator('tbody tr').first().getAttribute('data-code')
  await page.getByRole('complementary', { name: `Link /${first}` }).waitFor()
})

test('on a small window the panel takes the focus and gives it back', async () => {
  const page = await web.openSignedIn('/#/links', { viewport: { width: 700, height: 600 } })
  await page.getByRole('row', { name: /red-fox/ }).focus()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'Link /red-fox' })
  await expect.poll(() => panel.evaluate(element => element.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-code'))).toBe('red-fox')
})

test('Esc closes what is on top and nothing beneath it', async () => {
  const page = await web.openSignedIn('/#/links/red-fox')
  const panel = page.getByRole('complementary', { name: 'Link /red-fox' })
  await panel.getByRole('button', { name: /^Expiry of/ }).click()
  await page.getByRole('button', { name: '1 week' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '1 week' }).waitFor({ state: 'hidden' })
  await panel.getByRole('button', { name: /^Show QR code/ }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await panel.getByRole('button', { name: 'Edit', exact: true }).click()
  await panel.getByLabel('Title').fill('not to be kept')
  await page.keyboard.press('Escape')
  await panel.getByRole('form').waitFor({ state: 'detached' })
  expect(await panel.isVisible()).toBe(true)
  await panel.getByRole('button', { name: 'Edit', exact: true }).focus()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
})

test('every control shows where the focus is', async () => {
  const page = await web.openSignedIn('/')
  await page.getByRole('article').first().waitFor()
  for (let step = 0; step < 20; step++) {
    await page.keyboard.press('Tab')
    const ring = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
      return `${outlineStyle} ${outlineWidth}`
    })
    expect(ring, await focusedName(page)).toBe('solid 2px')
  }
})

const focusedName = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')

async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 40 && (await focusedName(page)) !== name; step++) await page.keyboard.press('Tab')
  expect(await focusedName(page)).toBe(name)
}

async function tabToRow(page: Page): Promise<void> {
  const isOnRow = () => page.evaluate(() => document.activeElement?.tagName === 'TR')
  for (let step = 0; step < 10 && !(await isOnRow()); step++) await page.keyboard.press('Tab')
  expect(await isOnRow()).toBe(true)
}
