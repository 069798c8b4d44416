import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { studioFiles } from './studio.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({
    // One problem, so that the line that tells of it is on every screen.
    files: { ...studioFiles(), 'users/admin/links.toml': `${studioFiles()['users/admin/links.toml']}\n[links.odd]\n` },
  })
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'ann', displayName: 'Ann Lindqvist', password: 'a password for ann' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'of-ann', owner: 'ann' })
})
afterAll(() => web.stop())

/** The screens in the order of the navigation; the first is where one starts. */
const screens = [
  { link: /^Share$/, hash: '#/', title: 'Share – Trunk8', heading: 'Share' },
  { link: /^Links/, hash: '#/links', title: 'Links – Trunk8', heading: 'Links' },
  { link: /^New link$/, hash: '#/new', title: 'New link – Trunk8', heading: 'New link' },
  { link: /^People$/, hash: '#/people', title: 'People – Trunk8', heading: 'People' },
  { link: /^Settings$/, hash: '#/settings', title: 'Settings – Trunk8', heading: 'Settings' },
] as const

test('every screen is reached by the keyboard alone, and says which it is', async () => {
  const page = await web.openSignedIn('/')
  for (const { link, hash, title, heading } of [...screens.slice(1), screens[0]]) {
    await tabTo(page, link)
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).hash).toBe(hash)
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    await expect.poll(() => page.title()).toBe(title)
    await expect.poll(() => isWithinMain(page), { message: `the focus after coming to ${heading}` }).toBe(true)
  }
})

test('the heading of a new screen has the focus, unless the screen gave it to a field of its own', async () => {
  const page = await web.openSignedIn('/')
  for (const { link, heading } of [screens[1], screens[3], screens[4]]) {
    await main(page).getByRole('link', { name: link }).click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(heading)
  }
  await main(page).getByRole('link', { name: 'New link' }).click()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
})

test('the screen that one is on is marked, also for who cannot see the mark', async () => {
  const page = await web.openSignedIn('/')
  for (const { link } of screens) {
    await main(page).getByRole('link', { name: link }).click()
    await expect.poll(() => main(page).locator('[aria-current="page"]').count()).toBe(1)
    expect(await main(page).locator('[aria-current="page"]').textContent()).toMatch(link)
  }
})

test('one step leads past the navigation', async () => {
  const page = await web.openSignedIn('/#/people')
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
  await goToStart(page)
  await page.keyboard.press('Tab')
  expect(await focusedText(page)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await focusedText(page)).toBe('People')
  await page.keyboard.press('Tab')
  expect(await isWithinMain(page)).toBe(true)
})

test('back and forward lead through the screens', async () => {
  const page = await web.openSignedIn('/')
  await main(page).getByRole('link', { name: 'People' }).click()
  await page.getByRole('link', { name: 'Ann Lindqvist' }).click()
  await page.getByRole('complementary', { name: 'User ann' }).waitFor()
  await page.goBack()
  await page.getByRole('complementary').waitFor({ state: 'detached' })
  await page.goBack()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  await page.goForward()
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
})

test('an address that leads nowhere leads home', async () => {
  const page = await web.openSignedIn('/#/nowhere/at/all')
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  expect(new URL(page.url()).hash).toBe('#/')
})

test('on a phone the screens lie under the thumb, at most five, with New in the middle', async () => {
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }
  const page = await web.openSignedIn('/', phone)
  const tabs = page.getByRole('navigation', { name: 'Screens' }).getByRole('link')
  expect(await tabs.evaluateAll(all => all.map(tab => tab.getAttribute('aria-label') ?? tab.textContent))).toEqual([
    'Share',
    'Links',
    'New link',
    'People',
    'Settings',
  ])
  for (const { link, heading } of screens) {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: link }).tap()
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    expect(await sidewaysSpill(page), heading).toBe(0)
  }
})

const looks = [
  ['a desk in light', { width: 1100, height: 720 }, 'light'],
  ['a small window in dark', { width: 900, height: 600 }, 'dark'],
  ['a phone in light', { width: 360, height: 740 }, 'light'],
  ['a phone in dark', { width: 360, height: 740 }, 'dark'],
] as const

test.each(looks)('axe finds nothing and nothing sticks out on any screen, %s', async (_, viewport, colorScheme) => {
  const page = await web.openSignedIn('/', { viewport, colorScheme, bypassCSP: true, reducedMotion: 'reduce' })
  async function expectFine(where: string): Promise<void> {
    await expectAxeFindsNothing(page, where)
    expect(await sidewaysSpill(page), where).toBe(0)
  }
  await page.getByRole('region', { name: 'Problems in files' }).getByRole('button', { name: 'Show' }).click()
  await page.getByRole('dialog', { name: 'Problems in files' }).waitFor()
  await expectFine('problems')
  await page.keyboard.press('Escape')
  for (const { hash, heading } of screens) {
    await page.goto(`${web.server.url}/${hash}`)
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    await page.locator('.t8-bone').first().waitFor({ state: 'detached' })
    await expectFine(heading)
  }
  await page.goto(`${web.server.url}/#/people`)
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('User name').fill('not a name')
  await page.getByLabel('Type one').check()
  await page.getByLabel('New password', { exact: true }).waitFor()
  await expectFine('adding a person')
  await page.keyboard.press('Escape')
  await page.goto(`${web.server.url}/#/people/ann`)
  const panel = page.getByRole('complementary', { name: 'User ann' })
  await panel.waitFor()
  await expectFine('a person')
  await panel.getByRole('button', { name: 'Delete' }).click()
  await page.getByLabel('Type ann to confirm').waitFor()
  await expectFine('deleting a person')
  await page.keyboard.press('Escape')
  await panel.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('switch', { name: 'Admin' }).waitFor()
  await expectFine('editing a person')
  await page.keyboard.press('Escape')
  await panel.getByRole('button', { name: /^Act as/ }).click()
  await page.getByRole('button', { name: 'Back to yourself' }).waitFor()
  await page.getByRole('article', { name: /of-ann/ }).waitFor()
  await expectFine('acting as a user')
  await page.goto(`${web.server.url}/#/settings/profile`)
  await page.getByText('Only they can change it here').waitFor()
  await expectFine('the profile')
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

const main = (page: Page) => page.getByRole('navigation', { name: 'Main' })

const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '')

const isWithinMain = (page: Page) =>
  page.evaluate(() => document.querySelector('main')?.contains(document.activeElement) ?? false)

async function tabTo(page: Page, name: RegExp): Promise<void> {
  await goToStart(page)
  for (let step = 0; step < 12 && !name.test(await focusedText(page)); step++) await page.keyboard.press('Tab')
  expect(await focusedText(page)).toMatch(name)
}

/** Where the keyboard is for who has just come to the page. */
async function goToStart(page: Page): Promise<void> {
  await page.locator('body').evaluate(body => {
    body.tabIndex = -1
    body.focus()
    body.removeAttribute('tabindex')
  })
}

const sidewaysSpill = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
