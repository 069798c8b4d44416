import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

const [first, second] = ['a first password for ann', 'copper lantern river moss']

let web: Web
beforeAll(async () => {
  web = await startWeb()
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'ann', displayName: 'Ann', password: first })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', owner: 'ann' })
})
afterAll(() => web.stop())

test('the profile tells who one is and what one shares, and is two steps from any screen', async () => {
  const page = await openAsAnn(first)
  await page.getByRole('button', { name: 'Ann', exact: true }).click()
  await page.getByRole('button', { name: 'Your profile' }).click()
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  await page.getByText(/^ann · 1 link · since /).waitFor()
})

test('another name shows at once wherever the name stands', async () => {
  const page = await openProfile(first)
  const save = page.getByRole('button', { name: 'Save name' })
  expect(await save.isDisabled()).toBe(true)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ann Lindqvist')
  await save.click()
  await page.getByText('You are called Ann Lindqvist now').waitFor()
  await page.getByRole('button', { name: 'Ann Lindqvist', exact: true }).waitFor()
  const admin = await web.server.as()
  expect((await admin.call(api.users.get, { name: 'ann' })).displayName).toBe('Ann Lindqvist')
})

test('an empty name is refused at its field', async () => {
  const page = await openProfile(first)
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('  ')
  await page.getByRole('button', { name: 'Save name' }).click()
  await page.getByText('Enter a name').waitFor()
})

test('what is wrong with a new password is said at its field, before anything is sent', async () => {
  const page = await openProfile(first)
  const sent: string[] = []
  page.on('request', request => request.url().endsWith('/me/password') && sent.push(request.url()))
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Enter the password that you have now').waitFor()
  await page.getByLabel('Current password', { exact: true }).fill('x')
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByText('Too short: 7 more characters').waitFor()
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('Use at least 12 characters').waitFor()
  await page.getByLabel('New password', { exact: true }).fill(second)
  await page.getByText('Strong', { exact: true }).waitFor()
  await page.getByLabel('New password again', { exact: true }).fill(`${second}!`)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The two are not the same').waitFor()
  expect(sent).toEqual([])
})

test('a wrong current password changes nothing and is said at its field', async () => {
  const page = await openProfile(first)
  await changePassword(page, 'not the one at all', second)
  const current = page.getByLabel('Current password', { exact: true })
  await expect.poll(() => current.getAttribute('aria-invalid')).toBe('true')
  await web.server.as('ann', first)
})

test('a new password counts from then on, and signs out everywhere else', async () => {
  const [page, elsewhere] = [await openProfile(first), await openAsAnn(first)]
  await changePassword(page, first, second)
  await page.getByText('Your password is changed').waitFor()
  await elsewhere.getByRole('heading', { name: 'Sign in to Trunk8' }).waitFor()
  await page.reload()
  await page.getByLabel('Current password', { exact: true }).waitFor()
  expect(await page.getByLabel('Current password', { exact: true }).inputValue()).toBe('')
  await web.server.as('ann', second)
  await expect(web.server.as('ann', first)).rejects.toThrow()
})

test('a password that cannot be changed here says why', async () => {
  const page = await web.openSignedIn('/#/settings/profile')
  const { passwordFixedBy = '' } = await (await web.server.as()).call(api.me.get, {})
  expect(passwordFixedBy).not.toBe('')
  await page.getByText(passwordFixedBy).waitFor()
  expect(await page.getByRole('button', { name: 'Change password' }).count()).toBe(0)
})

test('an admin who acts as a user can change their name, and not their password', async () => {
  const page = await web.openSignedIn('/#/people/ann')
  await page.getByRole('button', { name: /^Act as/ }).click()
  await page.getByText('You act as').waitFor()
  await page.goto(`${web.server.url}/#/settings/profile`)
  await page.getByText('Only they can change it here').waitFor()
  expect(await page.getByRole('button', { name: 'Change password' }).count()).toBe(0)
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

async function openAsAnn(password: string): Promise<Page> {
  const page = await web.open('/')
  await page.getByLabel('User name').fill('ann')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
  return page
}

async function openProfile(password: string): Promise<Page> {
  const page = await openAsAnn(password)
  await page.goto(`${web.server.url}/#/settings/profile`)
  await page.getByLabel('Current password', { exact: true }).waitFor()
  return page
}

async function changePassword(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel('Current password', { exact: true }).fill(current)
  await page.getByLabel('New password', { exact: true }).fill(next)
  await page.getByLabel('New password again', { exact: true }).fill(next)
  await page.getByRole('button', { name: 'Change password' }).click()
}
