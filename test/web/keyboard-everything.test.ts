import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import * as keyboard from '../helpers/keyboard.ts'

/** The whole of Trunk8 in a browser of 900×600, by keyboard alone, as an admin and as a person whom the admin added. */
const viewport = { width: 900, height: 600 }
const wanted = 'copper lantern river moss'

let web: Web
let walk: keyboard.Walk
/** Of the person who is added on the way. */
let password: string

beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

test('one signs in, and makes a link of each kind', async () => {
  walk = await signIn('', web.server.adminPassword)
  await keyboard.makeAllKinds(walk)
  for (const code of ['k-redirect', 'k-file', 'k-markdown', 'k-html']) {
    expect((await web.server.fetch(`/${code}`)).status, code).toBeLessThan(400)
  }
})

test('a page is edited, and a file replaced', async () => {
  await keyboard.editPage(walk)
  expect(await (await web.server.fetch('/k-markdown')).text()).toContain('No shoes.')
  await keyboard.replaceFile(walk)
  expect(await (await web.server.fetch('/k-file')).text()).toBe('second')
})

test('many are chosen, deleted and brought back; filtered, taken out as a list and brought in', async () => {
  await keyboard.deleteManyAndUndo(walk)
  await keyboard.filterLinks(walk)
  const { page } = walk
  const download = page.waitForEvent('download')
  await keyboard.press(page, 'List as a file')
  await keyboard.chooseFromMenu(page, 'Export as CSV')
  expect((await download).suggestedFilename()).toMatch(/\.csv$/)
  await keyboard.importList(walk)
})

test('a person is added, acted as, and left again', async () => {
  password = await keyboard.addPerson(walk, 'ann')
  await keyboard.actAsAndBack(walk, 'ann')
})

test('a theme and a setting are changed; a backup is made and restored', async () => {
  await keyboard.chooseTheme(walk)
  await keyboard.changeSetting(walk)
  await keyboard.backUpAndRestore(walk, 'k-redirect')
})

test('that person signs in and changes the password', async () => {
  const ann = await signIn('ann', password)
  await keyboard.changePassword(ann, password, wanted)
  await expect
    .poll(() =>
      web.server.as('ann', wanted).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

async function signIn(name: string, secret: string): Promise<keyboard.Walk> {
  // axe is put into the page past its security policy.
  const page = await web.open('/', { viewport, bypassCSP: true, reducedMotion: 'reduce' })
  page.setDefaultTimeout(15_000)
  await page.getByLabel('Password', { exact: true }).waitFor()
  await lookAt(page, 'sign in')
  if (name) await keyboard.typeInto(page, 'User name', name)
  await keyboard.typeInto(page, 'Password', secret)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  return {
    page,
    look: where => lookAt(page, where),
    makeFile: async (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }),
  }
}

async function lookAt(page: Page, where: string): Promise<void> {
  await expectAxeFindsNothing(page, where)
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(spill, `${where}: wider than the window by`).toBeLessThanOrEqual(0)
}
