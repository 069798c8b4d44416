import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
  const admin = await web.server.as()
  const ann = { username: 'ann', displayName: 'Ann', password: 'a password for ann' }
  await admin.call(api.users.create, ann)
  // Outside of ASCII and of Latin-1: the name travels in a header.
  await admin.call(api.users.create, { username: 'Łukasz', displayName: 'Łukasz', password: 'a password for him' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'of-admin' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'of-ann', owner: 'ann' })
})
afterAll(() => web.stop())

test('an admin who acts as a user sees what they see, and shares in their name', async () => {
  const page = await openActing('ann')
  await page.getByRole('article', { name: /of-ann/ }).waitFor()
  expect(await page.getByRole('article', { name: /of-admin/ }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0)

  await page.setInputFiles('input[type="file"]', {
    name: 'By ann.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('x'),
  })
  await page.getByRole('article', { name: /^\/.+, By ann\.txt$/ }).waitFor()
  const { items } = await (await web.server.as()).call(api.links.list, { q: 'By ann' })
  expect(items.map(({ owner }) => owner)).toEqual(['ann'])
})

test('the banner says so on every screen, and its way back comes first for the keyboard', async () => {
  const page = await openActing('ann')
  for (const path of ['/', '/links', '/settings']) {
    await page.goto(`${web.server.url}/#${path}`)
    await page.getByText('You act as Ann.').waitFor()
  }
  await page.reload()
  await page.getByText('You act as Ann.').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Back to yourself')
  await page.keyboard.press('Enter')
  await page.getByText('You act as Ann.').waitFor({ state: 'detached' })
  await page.getByRole('complementary', { name: 'User ann' }).waitFor()
  await page.getByRole('link', { name: 'Links', exact: false }).first().click()
  await page.getByRole('row', { name: /of-admin/ }).waitFor()
})

test('a reload keeps it, and another tab knows nothing of it', async () => {
  const page = await openActing('ann')
  await page.reload()
  await page.getByText('You act as Ann.').waitFor()
  await page.getByRole('article', { name: /of-ann/ }).waitFor()
  const tab = await page.context().newPage()
  await tab.goto(web.server.url)
  await tab.getByRole('article', { name: /of-admin/ }).waitFor()
  expect(await tab.getByText('You act as').count()).toBe(0)
})

test('a name in any script can be acted as', async () => {
  const page = await openActing('Łukasz')
  await page.getByRole('button', { name: 'Type a link…' }).click()
  await page.getByLabel('Goes to').fill('https://example.com/l')
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByRole('article').first().waitFor()
  const { items } = await (await web.server.as()).call(api.links.list, { owner: 'Łukasz' })
  expect(items.map(({ url }) => url)).toEqual(['https://example.com/l'])
})

test('what one began to send stays one’s own, also what still waited for its turn', async () => {
  const page = await web.openSignedIn('/')
  let open = () => {}
  const isActing = new Promise<void>(resolve => {
    open = resolve
  })
  await page.route(/\/api\/v1\/links$/, async route => {
    if (route.request().method() === 'POST') await isActing
    await route.continue()
  })
  const files = ['Mine 1.txt', 'Mine 2.txt', 'Mine 3.txt']
  await page.setInputFiles(
    'input[type="file"]',
    files.map(name => ({ name, mimeType: 'text/plain', buffer: Buffer.from('x') })),
  )
  await page.getByRole('article', { name: /Mine 3/ }).waitFor()
  await actAs(page, 'ann')
  open()
  const admin = await web.server.as()
  await expect
    .poll(async () => (await admin.call(api.links.list, { q: 'Mine' })).items.map(({ owner }) => owner), {
      timeout: 15_000,
    })
    .toEqual(['admin', 'admin', 'admin'])
  expect(await page.getByRole('article', { name: /Mine/ }).count()).toBe(0)
})

test('when the user is gone the admin is themselves again', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'brief', password: 'a password for brief' })
  const page = await openActing('brief')
  await admin.call(api.users.remove, { name: 'brief' })
  await page.getByText('You act as yourself again').waitFor()
  await page.getByText('You act as brief.').waitFor({ state: 'detached' })
  await page.getByRole('article', { name: /of-admin/ }).waitFor()
})

test('who signs out and in again acts as nobody else', async () => {
  const page = await openActing('ann')
  await page.getByRole('button', { name: 'Ann', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Name').fill('ann')
  await page.getByLabel('Password', { exact: true }).fill('a password for ann')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('article', { name: /of-ann/ }).waitFor()
  expect(await page.getByText('You act as').count()).toBe(0)
})

test('at 360 pixels the banner and its way back are all there', async () => {
  const page = await openActing('ann')
  await page.setViewportSize({ width: 360, height: 740 })
  const back = await page.getByRole('button', { name: 'Back to yourself' }).boundingBox()
  const words = await page.getByText('You act as Ann.').boundingBox()
  expect((back?.x ?? 0) + (back?.width ?? 999)).toBeLessThanOrEqual(360)
  expect(back?.height).toBeGreaterThanOrEqual(36)
  expect(words?.y).toBeLessThan(60)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

async function openActing(name: string): Promise<Page> {
  const page = await web.openSignedIn('/')
  await actAs(page, name)
  return page
}

async function actAs(page: Page, name: string): Promise<void> {
  await page.goto(`${web.server.url}/#/people/${encodeURIComponent(name)}`)
  await page.getByRole('button', { name: /^Act as / }).click()
  await page.getByRole('button', { name: 'Back to yourself' }).waitFor()
}
