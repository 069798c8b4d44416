import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

const sizes = [
  { name: 'a small window', viewport: { width: 900, height: 600 } },
  { name: 'a phone', viewport: { width: 360, height: 740 } },
]

test.each(sizes)('every menu opens at its button and within the window, $name', async ({ viewport }) => {
  const page = await web.openSignedIn('/', { viewport, reducedMotion: 'reduce' })
  const cards = page.getByRole('article')
  await expectMenuAt(page, cards.first().getByRole('button', { name: /^Expiry of/ }))
  await expectMenuAt(page, cards.nth(1).getByRole('button', { name: /^Expiry of/ }))
  await expectMenuAt(page, cards.first().getByRole('button', { name: /^More for/ }))

  await page.goto(`${web.server.url}/#/links`)
  await expectMenuAt(page, page.getByRole('button', { name: 'List as a file' }))
  await expectMenuAt(page, page.getByRole('button', { name: /^Sorted by/ }))
  await page.getByLabel('Choose /standup').click({ force: true })
  await expectMenuAt(page, page.getByRole('region', { name: 'Chosen links' }).getByRole('button', { name: 'Expire…' }))

  await page.goto(`${web.server.url}/#/links/red-fox`)
  const panel = page.getByRole('complementary', { name: 'Link /red-fox' })
  await expectMenuAt(page, panel.getByRole('button', { name: /^Expiry of/ }))
})

test('in a small window what can be done with the chosen links is said in words', async () => {
  const page = await web.openSignedIn('/#/links', { viewport: { width: 900, height: 600 } })
  await page.getByLabel('Choose /standup').click({ force: true })
  const bar = page.getByRole('region', { name: 'Chosen links' })
  for (const word of ['Copy link', 'Pause', 'Activate', 'Expire…', 'Delete']) {
    const { width = 0, height = 0 } = (await bar.getByText(word, { exact: true }).boundingBox()) ?? {}
    expect(Math.min(width, height), word).toBeGreaterThan(10)
  }
})

/** It lies above or below its button, close to it and over none of it, and nothing of it is out of sight. */
async function expectMenuAt(page: Page, button: Locator): Promise<void> {
  await button.click()
  const menu = page.locator('.dropdown-menu.show')
  await menu.waitFor()
  await expect.poll(async () => gapsBetween(await boxOf(button), await boxOf(menu))).toEqual({ beside: 0, apart: 0 })
  const { x, y, width, height } = await boxOf(menu)
  const size = page.viewportSize() ?? { width: 0, height: 0 }
  expect([x >= 0, y >= 0, x + width <= size.width, y + height <= size.height]).toEqual([true, true, true, true])
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'detached' })
}

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox()
  if (!box) throw new Error('It is not there')
  return box
}

/** How many pixels beyond what is near lie between the two, sideways and upright. Overlap counts as well. */
function gapsBetween(button: Box, menu: Box): { beside: number; apart: number } {
  const beside = Math.max(menu.x - (button.x + button.width), button.x - (menu.x + menu.width), 0)
  const apart = Math.max(menu.y - (button.y + button.height), button.y - (menu.y + menu.height))
  return { beside, apart: apart >= 0 && apart < 12 ? 0 : apart }
}
