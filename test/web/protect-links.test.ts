import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { upload } from '../helpers/files.ts'
import { chooseFromMenu, press, tabTo } from '../helpers/keyboard.ts'

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }

let web: Web
let made = 0
let code: string
beforeAll(async () => {
  web = await startWeb()
})
beforeEach(() => {
  code = `plan-${++made}`
})
afterAll(() => web.stop())

test('by keyboard a link gets a password, another one, and none again', async () => {
  await makeRedirect()
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await panel.getByText('Anyone on this network').waitFor()
  await press(page, `Add password to /${code}`, panel)
  const dialog = page.getByRole('dialog', { name: `A password for /${code}` })
  const field = dialog.getByLabel('Password', { exact: true })
  await expectFocus(field)
  await page.keyboard.press('Enter')
  await dialog.getByText('Enter a password').waitFor()
  await page.keyboard.type('copper lantern')
  await press(page, 'Show password', dialog)
  expect(await field.getAttribute('type')).toBe('text')
  await press(page, 'Save password', dialog)

  await panel.getByText('Anyone with the password').waitFor()
  await page.getByRole('row', { name: new RegExp(`/${code} .*Asks for a password`) }).waitFor()
  const chip = panel.getByRole('button', { name: `Password of /${code}` })
  await expectFocus(chip)
  expect(await statusOf(code)).toBe(401)
  expect(await statusOf(code, 'copper lantern')).toBe(302)

  await page.keyboard.press('Enter')
  await chooseFromMenu(page, 'Change…')
  await expectFocus(
    page.getByRole('dialog', { name: `New password for /${code}` }).getByLabel('Password', { exact: true }),
  )
  await page.keyboard.type('river moss')
  await page.keyboard.press('Enter')
  await page.getByText(`/${code} asks for the new password now`).waitFor()
  expect(await statusOf(code, 'copper lantern')).toBe(401)
  expect(await statusOf(code, 'river moss')).toBe(302)

  await expectFocus(chip)
  await page.keyboard.press('Enter')
  await chooseFromMenu(page, 'Remove')
  await panel.getByText('Anyone on this network').waitFor()
  await expectFocus(panel.getByRole('button', { name: `Add password to /${code}` }))
  expect(await statusOf(code)).toBe(302)
})

test('a password that is typed and then left by Esc is not set, and the panel stays', async () => {
  await makeRedirect()
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await press(page, `Add password to /${code}`, panel)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password', { exact: true }).fill('never mind')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await panel.getByRole('button', { name: `Add password to /${code}` }).waitFor()
  expect(await statusOf(code)).toBe(302)
})

test('one download: by one key, counted from now, seen in the list, used up by the first who presses Download', async () => {
  await makeFile()
  expect(await statusOf(code)).toBe(200)
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await press(page, `One download of /${code}`, panel)
  await page.getByText('One download. It counts when somebody presses Download.').waitFor()
  const left = panel.getByRole('button', { name: `One left, downloads of /${code}` })
  await expectFocus(left)
  await page.getByRole('row', { name: new RegExp(`/${code} .*One left`) }).waitFor()

  const visitor = await web.open(`/${code}`)
  const arrival = visitor.waitForEvent('download')
  await visitor.getByRole('button', { name: 'Download' }).click()
  expect((await arrival).suggestedFilename()).toBe('Plan.zip')
  await panel.getByRole('button', { name: `Used up, downloads of /${code}` }).waitFor()
  await panel.getByText('Nobody for now').waitFor()
  await page.getByRole('row', { name: new RegExp(`/${code} .*Used up`) }).waitFor()
  expect(await statusOf(code)).toBe(404)
})

test('the number of visits is chosen from a menu or typed, and taken away again', async () => {
  await makeRedirect()
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await press(page, `One visit of /${code}`, panel)
  await page.getByText('One visit. It counts when somebody presses Open.').waitFor()
  await page.keyboard.press('Enter')
  await chooseFromMenu(page, '5 visits')
  await panel.getByRole('button', { name: `5 left, visits of /${code}` }).waitFor()

  await page.keyboard.press('Enter')
  await chooseFromMenu(page, 'Number…')
  const dialog = page.getByRole('dialog', { name: `How often /${code} opens` })
  const field = dialog.getByLabel('Visits from now on')
  await expectFocus(field)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('0')
  await page.keyboard.press('Enter')
  await dialog.getByText('At least one visit').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('1200')
  await page.keyboard.press('Enter')
  const chip = panel.getByRole('button', { name: `1,200 left, visits of /${code}` })
  await expectFocus(chip)

  await page.keyboard.press('Enter')
  await chooseFromMenu(page, 'No limit')
  await expectFocus(panel.getByRole('button', { name: `One visit of /${code}` }))
  expect(await statusOf(code)).toBe(302)
})

test('a new link has its password and its number of visits from the first moment', async () => {
  const page = await web.openSignedIn('/#/new')
  await page.getByLabel('Goes to').fill('example.com/secret')
  await page.getByLabel('Code', { exact: true }).fill(code)
  await tabTo(page, page.locator('summary', { hasText: 'Password or number of visits' }))
  await page.keyboard.press('Enter')
  await page.getByLabel('Password', { exact: true }).fill('copper lantern')
  await page.getByLabel('Visits', { exact: true }).fill('0')
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByText('At least one visit').waitFor()
  await page.getByLabel('Visits', { exact: true }).fill('3')
  await page.getByRole('button', { name: 'Make link' }).click()
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await panel.getByText('Anyone with the password').waitFor()
  await panel.getByRole('button', { name: `3 left, visits of /${code}` }).waitFor()
  expect(await statusOf(code)).toBe(401)
  expect(await statusOf(code, 'copper lantern')).toBe(302)
})

test('a file that is sent from New link is protected as well', async () => {
  const page = await web.openSignedIn('/#/new?kind=file')
  const file = { name: 'Secret.zip', mimeType: 'application/zip', buffer: Buffer.from('secret') }
  await page.getByLabel('File', { exact: true }).last().setInputFiles(file)
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByText('Password or number of downloads').click()
  await page.getByLabel('Password', { exact: true }).fill('copper lantern')
  await page.getByLabel('Downloads', { exact: true }).fill('1')
  await page.getByRole('button', { name: 'Make link' }).click()
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await panel.getByRole('button', { name: `One left, downloads of /${code}` }).waitFor()
  await panel.getByRole('button', { name: `Password of /${code}` }).waitFor()
  expect(await statusOf(code)).toBe(401)
})

test('on a phone a card sets both from its menu, and nothing leaves the screen', async () => {
  await makeFile()
  const page = await web.openSignedIn('/', { ...phone, bypassCSP: true, reducedMotion: 'reduce' })
  const card = page.getByRole('article', { name: new RegExp(`^/${code},`) })
  await card.getByRole('button', { name: `More for /${code}` }).tap()
  await page.getByRole('button', { name: 'Add password…' }).tap()
  const dialog = page.getByRole('dialog', { name: `A password for /${code}` })
  await expectToFit(page)
  await expectAxeFindsNothing(page, 'password dialog')
  await dialog.getByLabel('Password', { exact: true }).fill('copper lantern')
  await dialog.getByRole('button', { name: 'Save password' }).tap()
  await dialog.waitFor({ state: 'detached' })
  await card.getByRole('button', { name: `More for /${code}` }).tap()
  await page.getByRole('button', { name: 'One download', exact: true }).tap()
  await card.getByRole('button', { name: `One left, downloads of /${code}` }).waitFor()
  const width = page.viewportSize()?.width ?? 0
  for (const chip of await card.locator('.t8-chip').all()) {
    const box = await chip.boundingBox()
    if (box) expect(box.x + box.width, `${await chip.textContent()}`).toBeLessThan(width)
  }
  await expectToFit(page)
  await expectAxeFindsNothing(page, 'a protected card')

  await page.goto(`${web.server.url}/#/links/${code}`)
  const chip = page.getByRole('complementary').getByRole('button', { name: `Password of /${code}` })
  await chip.waitFor()
  expect((await chip.boundingBox())?.height).toBeGreaterThanOrEqual(32)
  await expectToFit(page)
  await expectAxeFindsNothing(page, 'a protected link’s panel')
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

async function makeRedirect(): Promise<void> {
  await (await web.server.as()).call(api.links.create, { type: 'redirect', url: 'https://example.com/a', code })
}

async function makeFile(): Promise<void> {
  const reply = await upload(await web.server.as(), 'Plan.zip', 'plan', { code })
  expect(reply.status).toBe(201)
}

/** What a program gets, with a password or without. */
async function statusOf(path: string, password?: string): Promise<number> {
  const Authorization = `Basic ${Buffer.from(`:${password}`).toString('base64')}`
  const reply = await web.server.fetch(`/${path}`, { headers: password === undefined ? {} : { Authorization } })
  await reply.arrayBuffer()
  return reply.status
}

const expectFocus = (control: Locator) =>
  expect.poll(() => control.evaluate(element => element === document.activeElement)).toBe(true)

async function expectToFit(page: Page): Promise<void> {
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(spill).toBeLessThanOrEqual(0)
}
