import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web

beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const openOwn = (options: Parameters<Web['openSignedIn']>[1] = {}) =>
  web.openSignedIn('/#/settings/sign-in', { bypassCSP: true, reducedMotion: 'reduce', ...options })
const keysOf = (page: Page) => page.getByRole('list', { name: 'Your API keys' }).getByRole('listitem')
/** Whether anything has to be scrolled sideways, but for the list of sections, which a phone scrolls. */
const isWide = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('html, main, main *')].some(
      it =>
        it.scrollWidth > it.clientWidth + 1 &&
        /auto|scroll/.test(getComputedStyle(it).overflowX) &&
        !it.matches('nav, nav *'),
    ),
  )

test('a key is made, shown once, works as the example says, and is taken away', async () => {
  const page = await openOwn()
  await page.getByText('No API keys yet').waitFor()
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What it is for').fill('Backup script')
  await dialog.getByLabel('Make and change links').check()
  await dialog.getByLabel('Expires').selectOption('In 30 days')
  await dialog.getByLabel('Where it may be used from').fill('127.0.0.0/8, 192.168.1.5')
  await dialog.getByRole('button', { name: 'Make key' }).click()
  const secret = (await dialog.getByRole('status').textContent()) ?? ''
  expect(secret).toMatch(/^t8_[0-9A-Za-z]{8}_[\w-]{43}$/)
  const example = (await dialog.locator('code').textContent()) ?? ''
  expect(example).toContain(`curl -H "Authorization: Bearer ${secret}"`)
  expect(new URL(example.split(' ').at(-1) ?? '')).toMatchObject({
    pathname: '/api/v1/links',
    port: String(web.server.running.sharing.port),
  })
  await dialog.getByRole('button', { name: 'Done' }).click()

  await expect.poll(() => keysOf(page).first().textContent()).toContain('Backup script')
  const row = (await keysOf(page).first().textContent()) ?? ''
  expect(row).toContain('Look at links, make and change links')
  expect(row).toContain('from 127.0.0.0/8, 192.168.1.5 alone')
  expect(row).toContain('Never used')
  expect(await page.content()).not.toContain(secret)

  const link = await web.server.withKey(secret).call(api.links.create, { type: 'redirect', url: 'https://example.com' })
  expect(link.owner).toBe('admin')

  await page.getByRole('button', { name: 'Remove Backup script' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove key' }).click()
  await page.getByText('No API keys yet').waitFor()
  expect((await web.server.withKey(secret).send({ path: '/api/v1/links' })).status).toBe(401)
  expect(web.faults).toEqual([])
  await page.context().close()
})

test('what is missing or wrong is said at its field, and no key is made', async () => {
  const page = await openOwn()
  await page.getByRole('button', { name: 'New key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Look at links').uncheck()
  await dialog.getByLabel('Where it may be used from').fill('the kitchen')
  await page.keyboard.press('Enter')
  await dialog.getByText('Say what it is for').waitFor()
  await dialog.getByText('Choose at least one thing that it may do').waitFor()
  await dialog.getByText('Write an address such as').waitFor()
  await expectAxeFindsNothing(page, 'a key with errors')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.getByRole('button', { name: 'New key' }).evaluate(it => it === document.activeElement)).toBe(true)
  await page.context().close()
})

test('an admin sees whose keys there are, and takes one away', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'ann', password: 'a long word of Ann’s' })
  const ann = await web.server.as('ann', 'a long word of Ann’s')
  const { key } = await ann.call(api.apiKeys.create, { name: 'Phone', scopes: ['files:write'] })
  const page = await web.openSignedIn('/#/security/sign-in')
  const rows = page.getByRole('list', { name: 'API keys of everybody' }).getByRole('listitem')
  await expect.poll(() => rows.filter({ hasText: 'Phone' }).textContent()).toContain('ann')
  await page.getByRole('button', { name: 'Remove Phone of ann' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove key' }).click()
  await expect.poll(() => rows.filter({ hasText: 'Phone' }).count()).toBe(0)
  expect((await web.server.withKey(key).send({ path: '/api/v1/links' })).status).toBe(401)
  await page.context().close()
})

const looks = (['light', 'dark'] as const).flatMap(colorScheme => [
  { name: `a desk in ${colorScheme}`, colorScheme, viewport: { width: 1100, height: 720 } },
  { name: `a phone in ${colorScheme}`, colorScheme, viewport: { width: 360, height: 740 } },
])

test.each(looks)('it reads well on $name', async ({ name, ...options }) => {
  const admin = await web.server.as()
  const made = await admin.call(api.apiKeys.create, {
    ...{ name: 'The script that copies the studio’s pictures every night', scopes: ['links:read', 'files:write'] },
    networks: ['192.168.1.0/24', '2001:db8:1234::/48'],
  })
  const page = await openOwn(options)
  const picture = async (of: string) => {
    if (process.env.PICTURES)
      await page.screenshot({ path: `${process.env.PICTURES}/${name} ${of}.png`.replaceAll(' ', '-') })
  }
  await keysOf(page).first().waitFor()
  expect(await isWide(page)).toBe(false)
  await expectAxeFindsNothing(page, `keys, ${name}`)
  await picture('keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('What it is for').fill('Phone')
  await expectAxeFindsNothing(page, `new key, ${name}`)
  await picture('new')
  await page.keyboard.press('Enter')
  await page.getByText('Copy it now').waitFor()
  expect(await isWide(page)).toBe(false)
  await expectAxeFindsNothing(page, `made key, ${name}`)
  await picture('made')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.goto(`${web.server.url}/#/security/sign-in`)
  await page.getByRole('list', { name: 'API keys of everybody' }).waitFor()
  expect(await isWide(page)).toBe(false)
  await picture('all')
  await admin.call(api.apiKeys.remove, { id: made.apiKey.id })
  await page.context().close()
})
