import type { Page } from 'playwright-core'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web | undefined
beforeEach(async () => {
  await web?.stop()
  web = await startWeb({ files: { 'users/admin/links.toml': links(30) } })
})
afterAll(() => web?.stop())

const open = async (options = {}): Promise<Page> => {
  if (!web) throw new Error('No server')
  const page = await web.openSignedIn('/#/links?sort=code', options)
  await page.getByRole('row', { name: /link-00/ }).waitFor()
  return page
}
const statusOf = async (path: string) => (await web?.server.fetch(path))?.status
const chosen = (page: Page) =>
  page.locator('tbody tr[aria-selected="true"]').evaluateAll(rows => rows.map(row => row.dataset.code))
const bar = (page: Page) => page.getByRole('region', { name: 'Chosen links' })

test('a click chooses one, Shift and a click all up to there, as in every list of files', async () => {
  const page = await open()
  await page.getByLabel('Choose /link-02').click()
  await page.getByLabel('Choose /link-05').click({ modifiers: ['Shift'] })
  await expect.poll(() => chosen(page)).toEqual(['link-02', 'link-03', 'link-04', 'link-05'])
  await page.getByLabel('Choose /link-03').click({ modifiers: ['Shift'] })
  await expect.poll(() => chosen(page)).toEqual(['link-02', 'link-03'])
  await bar(page).getByText('2 chosen').waitFor()
  await bar(page).getByRole('button', { name: 'Choose none' }).click()
  await bar(page).waitFor({ state: 'detached' })
})

test('keys choose: Space, Shift and the arrows, Ctrl+A, Esc', async () => {
  const page = await open()
  await page.getByRole('row', { name: /link-00/ }).focus()
  await page.keyboard.press('Space')
  await expect.poll(() => chosen(page)).toEqual(['link-00'])
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect.poll(() => chosen(page)).toEqual(['link-00', 'link-01', 'link-02'])
  await page.keyboard.press('Shift+ArrowUp')
  await expect.poll(() => chosen(page)).toEqual(['link-00', 'link-01'])
  await page.keyboard.press('Control+a')
  await bar(page).getByText('30 chosen').waitFor()
  await page.keyboard.press('Escape')
  await bar(page).waitFor({ state: 'detached' })
})

test('what is chosen is deleted at once, and Undo brings all of it back', async () => {
  const page = await open()
  await page.getByLabel('Choose /link-01').click()
  await page.getByLabel('Choose /link-02').click()
  await bar(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByText('2 links deleted').waitFor()
  await page.getByRole('row', { name: /link-01/ }).waitFor({ state: 'detached' })
  expect(await statusOf('/link-01')).toBe(404)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('row', { name: /link-01/ }).waitFor()
  await expect.poll(() => statusOf('/link-02')).toBe(302)
})

test('what is chosen is paused, made active, given an expiry and copied', async () => {
  const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] })
  await page.getByLabel('Choose /link-01').click()
  await page.getByLabel('Choose /link-02').click()
  await bar(page).getByRole('button', { name: 'Pause' }).click()
  await page.getByText('2 links paused').waitFor()
  await page.getByRole('row', { name: /link-01.*Paused/ }).waitFor()
  expect(await statusOf('/link-01')).toBe(404)
  await bar(page).getByRole('button', { name: 'Activate' }).click()
  await page.getByText('2 links active again').waitFor()
  expect(await statusOf('/link-01')).toBe(302)
  await bar(page).getByRole('button', { name: 'Expire…' }).click()
  await page.getByRole('button', { name: 'In 1 day' }).click()
  await page.getByRole('row', { name: /link-02.*in 24 h/ }).waitFor()
  await bar(page).getByRole('button', { name: 'Copy links' }).click()
  await page.getByText('2 links copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `${web?.server.url}/link-01\n${web?.server.url}/link-02`,
  )
})

test('the focus stays in the list when what had it is deleted', async () => {
  const page = await open()
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-code'))
  await page.getByRole('row', { name: /link-03/ }).focus()
  await page.keyboard.press('Delete')
  await expect.poll(focused).toBe('link-04')
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await bar(page).getByText('2 chosen').waitFor()
  await bar(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('row', { name: /link-05/ }).waitFor({ state: 'detached' })
  await expect.poll(focused).toMatch(/^link-0[67]$/)
})

test('all that a filter finds is chosen, beyond what is loaded, and changed in pieces', async () => {
  await web?.stop()
  web = await startWeb({ files: { 'users/admin/links.toml': links(2500, 4) } })
  const page = await web.openSignedIn('/#/links?sort=code&q=link')
  await page.getByRole('row', { name: /link-0000/ }).waitFor()
  await page.getByLabel('Choose all', { exact: true }).click()
  await bar(page).getByRole('button', { name: 'Choose all 2,500' }).click()
  await bar(page).getByText('2,500 chosen').waitFor()
  await bar(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByText('2,500 links deleted').waitFor()
  await page.getByRole('heading', { name: 'No link matches “link”' }).waitFor()
  expect(await statusOf('/link-2499')).toBe(404)
})

test('another filter begins with nothing chosen', async () => {
  const page = await open()
  await page.getByLabel('Choose /link-01').click()
  await bar(page).waitFor()
  await page.getByRole('searchbox', { name: 'Search links' }).fill('link-2')
  await bar(page).waitFor({ state: 'detached' })
})

test('on a phone a tap on the icon chooses, and then a tap anywhere on a row', async () => {
  const page = await open({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
  await page.getByLabel('Choose /link-01').tap({ force: true })
  await bar(page).getByText('1 chosen').waitFor()
  await page
    .getByRole('row', { name: /link-02/ })
    .getByText('example.com')
    .tap()
  await bar(page).getByText('2 chosen').waitFor()
  await expect.poll(() => chosen(page)).toEqual(['link-01', 'link-02'])
})

function links(count: number, digits = 2): string {
  const table = (_: unknown, index: number) => {
    const code = `link-${String(index).padStart(digits, '0')}`
    return `[links."${code}"]\ntype = "redirect"\nurl = "https://example.com/${index}"\n`
  }
  return Array.from({ length: count }, table).join('\n')
}
