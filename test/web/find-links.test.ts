import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

const codes = (page: Page) => page.locator('tbody tr').evaluateAll(rows => rows.map(row => row.dataset.code))

test('typing finds links by code, name and address, and the address of the page keeps the search', async () => {
  const page = await web.openSignedIn('/#/links')
  const search = page.getByRole('searchbox', { name: 'Search links' })
  await search.fill('FLOOR')
  await page.waitForURL(/#\/links\?q=FLOOR$/)
  await expect.poll(() => codes(page)).toEqual(['red-fox'])

  await page.reload()
  await expect.poll(() => codes(page)).toEqual(['red-fox'])
  expect(await search.inputValue()).toBe('FLOOR')
  await search.fill('openstreetmap')
  await expect.poll(() => codes(page)).toEqual(['map'])

  await search.fill('nothing like it')
  await page.getByRole('heading', { name: 'No link matches “nothing like it”' }).waitFor()
  await page.getByRole('button', { name: 'Show all links' }).click()
  await expect.poll(async () => (await codes(page)).length).toBe(13)
  expect(await search.inputValue()).toBe('')
})

test('a type can be chosen and an order', async () => {
  const page = await web.openSignedIn('/#/links')
  await page.getByRole('button', { name: 'Type: All' }).click()
  await page.getByRole('button', { name: 'Redirects', exact: true }).click()
  await expect.poll(() => codes(page)).toEqual(['standup', 'map', 'kiosk'])
  await page.getByRole('button', { name: 'Sorted by: Newest' }).click()
  await page.getByRole('button', { name: 'Most visits' }).click()
  await expect.poll(() => codes(page)).toEqual(['kiosk', 'standup', 'map'])
  expect(new URL(page.url()).hash).toBe('#/links?type=redirect&sort=visits')
})

test('a click on the code copies the link, a click beside it opens the panel, Esc leads back to the row', async () => {
  const page = await web.openSignedIn('/#/links', { permissions: ['clipboard-read', 'clipboard-write'] })
  const row = page.getByRole('row', { name: /standup/ })
  await row.getByRole('button', { name: '/standup', exact: true }).click()
  await page.getByText('Link copied: /standup').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${web.server.url}/standup`)

  await row.getByText('meet.jit.si').click()
  const panel = page.getByRole('complementary', { name: 'Link /standup' })
  await panel.getByText('312 visits').waitFor()
  await panel.getByText('https://meet.jit.si/lindqvist-tuesday').waitFor()
  expect(new URL(page.url()).hash).toBe('#/links/standup')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-code'))).toBe('standup')
})

test('the address of a link opens its panel, and one that does not exist says so', async () => {
  const page = await web.openSignedIn('/#/links/red-fox')
  await page.getByRole('complementary', { name: 'Link /red-fox' }).getByText('Floor plan, 3rd floor.pdf').waitFor()
  await page.goto(`${web.server.url}/#/links/red-fix`)
  await page.getByRole('heading', { name: 'There’s no link called /red-fix' }).waitFor()
})

test('a list that does not load says why and offers another try', async () => {
  const page = await web.openSignedIn('/')
  await page.route('**/api/v1/links?*sort=*', route => route.abort())
  await page.goto(`${web.server.url}/#/links`)
  await page.getByRole('heading', { name: 'The links could not be loaded' }).waitFor()
  await page.getByText('Trunk8 can’t be reached. Check that this device is on the same network').waitFor()
  await page.unroute('**/api/v1/links?*sort=*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('row', { name: /red-fox/ }).waitFor()
})

test('links are found by their state, and all filters are cleared at once', async () => {
  const page = await web.openSignedIn('/#/links')
  await page.getByRole('button', { name: 'State: All' }).click()
  await page.getByRole('button', { name: 'Paused', exact: true }).click()
  await expect.poll(() => codes(page)).toEqual(['kiosk'])
  await page.getByRole('button', { name: 'State: Paused' }).click()
  await page.getByRole('button', { name: 'Expiring soon', exact: true }).click()
  await expect
    .poll(async () => (await codes(page)).toSorted())
    .toEqual([...['late-moose', 'menu', 'red-fox', 'stand-23', 'teal-heron']])
  expect(new URL(page.url()).hash).toBe('#/links?state=expiring')
  await page.getByRole('button', { name: 'Type: All' }).click()
  await page.getByRole('button', { name: 'Redirects', exact: true }).click()
  await page.getByRole('heading', { name: 'No link like this' }).waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(async () => (await codes(page)).length).toBe(13)
  expect(new URL(page.url()).hash).toBe('#/links')
})

test('an admin sees whose each link is, and can look at one person’s', async () => {
  const shared = await startWeb({ files: studioFiles() })
  try {
    await (await shared.server.as()).call(api.users.create, { username: 'bob' })
    const page = await shared.openSignedIn('/#/links', { viewport: { width: 1400, height: 800 } })
    await page.getByRole('columnheader', { name: 'Owner' }).waitFor()
    await page.getByRole('button', { name: 'Owner: All' }).click()
    await page.getByRole('button', { name: 'bob', exact: true }).click()
    await page.getByRole('heading', { name: 'No link like this' }).waitFor()
    expect(new URL(page.url()).hash).toBe('#/links?owner=bob')
    await page.goto(`${shared.server.url}/#/links?owner=admin&type=redirect`)
    await expect.poll(() => codes(page)).toEqual(['standup', 'map', 'kiosk'])
  } finally {
    await shared.stop()
  }
})

test('a click on a column’s head sorts by it, another click the other way round', async () => {
  const page = await web.openSignedIn('/#/links?type=redirect')
  await page.getByRole('columnheader', { name: 'Visits' }).getByRole('button').click()
  await expect.poll(() => codes(page)).toEqual(['kiosk', 'standup', 'map'])
  expect(await page.getByRole('columnheader', { name: 'Visits' }).getAttribute('aria-sort')).toBe('descending')
  await page.getByRole('columnheader', { name: 'Visits' }).getByRole('button').click()
  await expect.poll(() => codes(page)).toEqual(['map', 'standup', 'kiosk'])
  await page.getByRole('button', { name: 'Sorted by: Fewest visits' }).waitFor()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sorted by: Newest' }).waitFor()
  expect(await page.getByRole('columnheader', { name: 'Created' }).getAttribute('aria-sort')).toBe('descending')
})

test('with nothing shared yet the screen says what to do', async () => {
  const empty = await startWeb()
  try {
    const page = await empty.openSignedIn('/#/links')
    await page.getByRole('heading', { name: 'Nothing shared yet' }).waitFor()
    await page.getByRole('button', { name: 'Choose files…' }).waitFor()
  } finally {
    await empty.stop()
  }
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
