import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trustPaths } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

let web: Web
beforeAll(async () => {
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

test('on a phone a file is shared, found, looked at and left, by touch alone', async () => {
  const page = await web.openSignedIn('/', phone)
  await expectToFit(page)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'New link' }).tap()
  await page.getByText('File', { exact: true }).tap()
  await expectToFit(page)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a file…' }).tap()
  await (await chooser).setFiles({ name: 'Holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(2_000_000, 1) })
  await page.getByRole('button', { name: 'Make link' }).tap()
  await page.getByRole('complementary').getByText('Holiday.jpg').first().waitFor()
  await page.getByRole('complementary').getByRole('button', { name: 'Close' }).tap()
  await expectToFit(page)

  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Links' }).tap()
  const row = page.getByRole('row', { name: /Holiday\.jpg/ })
  await row.waitFor()
  expect((await row.boundingBox())?.height).toBeGreaterThanOrEqual(64)
  const icon = row.locator('td').nth(1)
  expect(await icon.evaluate(it => getComputedStyle(it).backgroundColor)).not.toBe('rgba(0, 0, 0, 0)')
  await expectToFit(page)
  await row.getByText('Holiday.jpg').tap()
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: /^Copy link/ }).waitFor()
  expect((await panel.boundingBox())?.width).toBeCloseTo(360)
  await expectToFit(page)
  await panel.getByRole('button', { name: 'Close' }).tap()
  await panel.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: /Administrator/ }).tap()
  await page.getByRole('button', { name: 'Sign out' }).tap()
  await page.getByRole('heading', { name: 'Sign in to Trunk8' }).waitFor()
  await expectToFit(page)
})

test('a phone reaches every screen of the door, none is wider than it, and what is rarely needed opens at a touch', async () => {
  const page = await web.openSignedIn('/', phone)
  await page.getByRole('button', { name: /Administrator/ }).tap()
  await page.getByRole('button', { name: 'Security' }).tap()
  const sections = page.getByRole('navigation', { name: 'Sections of security' })
  for (const name of ['Encryption', 'Signing in', 'Limits and bans', 'Behind a proxy', 'Headers']) {
    await sections.getByRole('link', { name }).tap()
    await page.getByRole('heading', { name, exact: true }).waitFor()
    await page.getByText('These settings are kept in').waitFor()
    await expect.poll(() => page.getByRole('status', { name: /^Loading/ }).count()).toBe(0)
    const folded = page.locator('details:not([open]) > summary')
    for (const _ of await folded.all()) await folded.first().tap()
    expect(await folded.count(), name).toBe(0)
    await expectToFit(page)
  }
  await page.goto(`${web.server.url}/#/settings/sign-in`)
  await page.getByRole('heading', { name: 'API keys' }).waitFor()
  await expectToFit(page)
  await page.goto(web.server.url + trustPaths.page)
  await page.getByRole('heading', { name: 'Trust this Trunk8' }).waitFor()
  await expectToFit(page)
})

test('nobody is told to drop a file where nothing can be dropped', async () => {
  const empty = await startWeb()
  const page = await empty.openSignedIn('/', phone)
  await page.getByText('Nothing shared yet. Choose a file, or type a link.').waitFor()
  for (const path of ['/', '/links', '/new?kind=file']) {
    await page.goto(`${empty.server.url}/#${path}`)
    await page.getByRole('button', { name: /^Choose (a file|files)…$/ }).waitFor()
    expect(
      await page
        .getByText(/\bdrop\b/i)
        .filter({ visible: true })
        .count(),
      path,
    ).toBe(0)
  }
  await empty.stop()
})

test('what is touched most is at least 40 pixels high', async () => {
  const page = await web.openSignedIn('/#/links', phone)
  const row = page.getByRole('row', { name: /red-fox/ })
  const most = [
    row.getByRole('button', { name: 'Copy link /red-fox' }),
    page.getByRole('searchbox', { name: 'Search links' }),
    page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'New link' }),
    page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Share' }),
  ]
  for (const target of most) expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(40)
})

test('the panel of a link can be left by the phone’s own way back', async () => {
  const page = await web.openSignedIn('/#/links', phone)
  await page
    .getByRole('row', { name: /red-fox/ })
    .getByText('Floor plan')
    .tap()
  await page.getByRole('complementary', { name: 'Link /red-fox' }).waitFor()
  await page.goBack()
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  expect(new URL(page.url()).hash).toBe('#/links')
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

async function expectToFit(page: Page): Promise<void> {
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(spill).toBeLessThanOrEqual(0)
}
