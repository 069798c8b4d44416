import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] }

test('an admin adds a person, hands over the password that was made, and that person can sign in', async () => {
  const page = await web.openSignedIn('/#/people', clipboard)
  await page.getByText('Nobody else yet').waitFor()
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a person' })
  await dialog.getByLabel('User name').fill('ann')
  await dialog.getByLabel('Name', { exact: true }).fill('Ann Lindqvist')
  await dialog.getByRole('button', { name: 'Add this person' }).click()

  const handOver = page.getByRole('dialog', { name: 'The password of Ann Lindqvist' })
  const password = (await handOver.locator('output').textContent()) ?? ''
  await handOver.getByRole('button', { name: 'Copy the password of Ann Lindqvist' }).click()
  await page.getByText('Password copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password)
  expect(await page.locator('[role="status"]').filter({ hasText: password }).count()).toBe(0)
  await handOver.getByRole('button', { name: 'Done' }).click()
  await handOver.waitFor({ state: 'detached' })
  expect(await page.getByText(password).count()).toBe(0)

  await page.getByRole('complementary', { name: 'User ann' }).waitFor()
  await page.getByRole('row', { name: /Ann Lindqvist/ }).waitFor()
  const ann = await web.server.as('ann', password)
  expect((await ann.call(api.me.get, {})).displayName).toBe('Ann Lindqvist')
})

test('a person stands in the list with the first letters of their name, and no sign of it', async () => {
  const admin = await web.server.as()
  const bob = { username: 'bob', displayName: 'Bob the "Builder"', password: 'a password for bob' }
  await admin.call(api.users.create, bob)
  const page = await web.openSignedIn('/#/people')
  await page
    .getByRole('row', { name: /Builder/ })
    .getByText('BB', { exact: true })
    .waitFor()
  await admin.call(api.users.remove, { name: 'bob' })
})

test('the rules for a user name are told while it is typed', async () => {
  const page = await web.openSignedIn('/#/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const field = page.getByLabel('User name')
  await field.fill('an n')
  await page.getByText('Use 1 to 50 letters, digits, - or _').waitFor()
  await field.fill('ADMIN')
  await page.getByText('There is already a user called admin').waitFor()
  await field.fill('con')
  await page.getByText('Windows keeps this name for itself').waitFor()
  await field.fill('café')
  await page.getByText('To sign in with. It stays as it is').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('a password that is typed has to be good enough, and is not shown', async () => {
  const page = await web.openSignedIn('/#/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('User name').fill('tom')
  await page.getByLabel('Type one').check()
  const field = page.getByLabel('New password', { exact: true })
  await field.fill('short')
  await page.getByRole('button', { name: 'Add this person' }).click()
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')
  await field.fill('five plain words for tom')
  await page.getByRole('button', { name: 'Add this person' }).click()
  await page.getByText('tom was added').waitFor()
  await page.getByRole('complementary', { name: 'User tom' }).waitFor()
  await web.server.as('tom', 'five plain words for tom')
})

test('a person gets another name and becomes an admin; nobody takes that from themselves', async () => {
  const page = await web.openSignedIn('/#/people/tom')
  const panel = page.getByRole('complementary', { name: 'User tom' })
  await panel.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Tom Ek')
  await page.getByRole('switch', { name: 'Admin' }).check()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /Tom Ek.*Admin/ }).waitFor()

  const tom = await openAs('tom', 'five plain words for tom')
  await tom.goto(`${web.server.url}/#/people/tom`)
  await tom.getByRole('complementary').getByRole('button', { name: 'Edit' }).click()
  expect(await tom.getByRole('switch', { name: 'Admin' }).isDisabled()).toBe(true)
  await tom.getByText('Ask another admin').waitFor()
})

test('a new password ends the old one and signs that person out at once', async () => {
  const page = await web.openSignedIn('/#/people/tom')
  const tom = await openAs('tom', 'five plain words for tom')
  await page.getByRole('button', { name: 'New password' }).click()
  await page.getByRole('button', { name: 'Set new password' }).click()
  const made = page.getByRole('dialog', { name: 'The password of Tom Ek' }).locator('output')
  const password = (await made.textContent()) ?? ''
  await tom.getByRole('heading', { name: 'Sign in to Trunk8' }).waitFor()
  await expect(web.server.as('tom', 'five plain words for tom')).rejects.toThrow()
  await web.server.as('tom', password)
})

test('who deletes a person sees what goes, has to type the name, and all of it is gone', async () => {
  const admin = await web.server.as()
  for (const code of ['ann-one', 'ann-two']) {
    await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code, owner: 'ann' })
  }
  const page = await web.openSignedIn('/#/people/ann')
  await page.getByRole('complementary').getByRole('link', { name: 'Show 2 links' }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete Ann Lindqvist?' })
  await dialog.getByText('2 links', { exact: true }).waitFor()
  await dialog.getByText('ann-one').waitFor()
  const button = dialog.getByRole('button', { name: 'Delete ann and 2 links' })
  expect(await button.isDisabled()).toBe(true)
  await dialog.getByLabel('Type ann to confirm').fill('ann')
  await button.click()
  await page.getByText('Ann Lindqvist was deleted').waitFor()
  await page.getByRole('row', { name: /Ann Lindqvist/ }).waitFor({ state: 'detached' })
  expect((await web.server.fetch('/ann-one')).status).toBe(404)
})

test('the links of a person are one click away', async () => {
  const admin = await web.server.as()
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'of-tom', owner: 'tom' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'of-admin' })
  const page = await web.openSignedIn('/#/people/tom')
  await page.getByRole('link', { name: 'Show 1 link' }).click()
  await page.getByRole('row', { name: /of-tom/ }).waitFor()
  expect(await page.getByRole('row', { name: /of-admin/ }).count()).toBe(0)
})

test('the panel closes by Esc, and the focus goes back to the person’s row', async () => {
  const page = await web.openSignedIn('/#/people', { viewport: { width: 800, height: 600 } })
  await page.getByRole('link', { name: 'Tom Ek' }).focus()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'User tom' })
  await expect.poll(() => panel.evaluate(element => element.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Tom Ek')
})

test('the list says why it could not be loaded, and tries again', async () => {
  const page = await web.openSignedIn('/')
  await page.route(/\/api\/v1\/users$/, route =>
    route.fulfill({
      status: 500,
      json: { type: 'x', title: 'x', status: 500, detail: 'The disk is away', code: 'internal' },
    }),
  )
  await page.goto(`${web.server.url}/#/people`)
  await page.getByText('The disk is away').waitFor()
  await page.unroute(/\/api\/v1\/users$/)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('row', { name: /Tom Ek/ }).waitFor()
})

test('a person who is no admin has no way to the people', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'eve', password: 'a password for eve' })
  const eve = await openAs('eve', 'a password for eve')
  expect(await eve.getByRole('link', { name: 'People' }).count()).toBe(0)
  await eve.goto(`${web.server.url}/#/people`)
  await expect.poll(() => new URL(eve.url()).hash).toBe('#/')
})

test('among many people one is found by typing, and / leads to the search', async () => {
  const admin = await web.server.as()
  for (let count = 1; count <= 11; count++) {
    const username = `pupil-${count}`
    await admin.call(api.users.create, { username, displayName: `Pupil No. ${count}`, password: 'a password for all' })
  }
  const page = await web.openSignedIn('/#/people')
  await page.getByRole('row', { name: /Pupil No\. 11/ }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('no. 11')
  await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
  await page.getByRole('row', { name: /Pupil No\. 11/ }).waitFor()
  await page.keyboard.type('1')
  await page.getByText('Nobody’s name holds “no. 111”').waitFor()
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

async function openAs(username: string, password: string): Promise<Page> {
  const page = await web.open('/')
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  return page
}

test('a password that is typed for somebody is judged while it is typed, and what the server refuses is said at the field', async () => {
  const page = await web.openSignedIn('/#/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a person' })
  await dialog.getByLabel('User name').fill('clara')
  await dialog.getByLabel('Type one').check()
  const password = dialog.getByLabel('New password', { exact: true })
  await password.fill('clara')
  await dialog.getByText('Too short: 7 more characters').waitFor()
  await password.fill('sonyericsson1')
  await dialog.getByRole('button', { name: 'Add this person' }).click()
  await dialog.getByText('This password is one that everybody tries first. Choose another one').waitFor()
  await password.fill('four green plums on a shelf')
  await dialog.getByText('Strong').waitFor()
  await dialog.getByRole('button', { name: 'Add this person' }).click()
  await page.getByRole('complementary', { name: 'User clara' }).waitFor()
  await web.server.as('clara', 'four green plums on a shelf')
})
