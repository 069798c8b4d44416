import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
let made = 0
let code: string
beforeAll(async () => {
  web = await startWeb()
})
beforeEach(async () => {
  code = `plan-${++made}`
  await (await web.server.as()).call(api.links.create, { type: 'redirect', url: 'https://example.com/a', code })
})
afterAll(() => web.stop())

const statusOf = async (path: string) => (await web.server.fetch(path)).status

test('a link can be given another code, title and target', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const form = page.getByRole('form', { name: `Edit /${code}` })
  await form.getByLabel('Code').fill('no spaces, no commas')
  await form.getByRole('button', { name: 'Save changes' }).click()
  await form.getByText('Use 1 to 50 letters, digits, - or _').waitFor()

  await form.getByLabel('Code').fill(`${code}-b`)
  await form.getByLabel('Title').fill('Plan B')
  await form.getByLabel('Goes to').fill('https://example.com/b')
  await form.getByRole('button', { name: 'Save changes' }).click()
  await page
    .getByRole('complementary', { name: `Link /${code}-b` })
    .getByText('Plan B')
    .waitFor()
  await page.getByRole('row', { name: /Plan B/ }).waitFor()
  expect(new URL(page.url()).hash).toBe(`#/links/${code}-b`)
  expect(await statusOf(`/${code}`)).toBe(404)
  expect((await web.server.fetch(`/${code}-b`)).headers.get('location')).toBe('https://example.com/b')
})

test('a code that is taken is refused beside its field', async () => {
  const page = await web.openSignedIn('/')
  await page.getByRole('button', { name: `Change the code of /${code}` }).click()
  const form = page.getByRole('form', { name: `Edit /${code}` })
  await (await web.server.as()).call(api.links.create, {
    type: 'redirect',
    url: 'https://example.com',
    code: `${code}-x`,
  })
  await form.getByLabel('Code').fill(`${code}-x`)
  await form.getByRole('button', { name: 'Save changes' }).click()
  await form.getByText(/taken/).waitFor()
  expect(await form.getByLabel('Code').getAttribute('aria-invalid')).toBe('true')
})

test('an expiry is set from the card, by preset, by date and back to never', async () => {
  const page = await web.openSignedIn('/')
  await page.getByRole('button', { name: `Expiry of /${code}: Never expires` }).click()
  await page.getByRole('button', { name: '1 day' }).click()
  await page.getByRole('button', { name: `Expiry of /${code}: 24 h left` }).click()
  await page.getByRole('button', { name: 'Date…' }).click()
  const dialog = page.getByRole('dialog', { name: `When /${code} stops working` })
  await dialog.getByLabel('Day and time').fill('2001-01-01T00:00')
  await dialog.getByRole('button', { name: 'Set expiry' }).click()
  await dialog.getByText('Choose a time that is still to come').waitFor()
  await dialog.getByLabel('Day and time').fill(`${new Date().getFullYear() + 1}-12-24T18:00`)
  await dialog.getByRole('button', { name: 'Set expiry' }).click()
  await page.getByRole('button', { name: new RegExp(`Expiry of /${code}: \\d+ months left`) }).click()
  await page.getByRole('button', { name: 'Never', exact: true }).click()
  await page.getByRole('button', { name: `Expiry of /${code}: Never expires` }).waitFor()
})

test('a paused link opens for nobody until it is active again', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: 'Edit', exact: true }).click()
  await panel.getByRole('switch', { name: /^Active/ }).uncheck()
  await panel.getByRole('button', { name: 'Save changes' }).click()
  await panel.getByText('Paused').waitFor()
  expect(await statusOf(`/${code}`)).toBe(404)

  await panel.getByRole('button', { name: 'Edit', exact: true }).click()
  await panel.getByRole('switch', { name: /^Active/ }).check()
  await panel.getByRole('button', { name: 'Save changes' }).click()
  await panel.getByRole('form').waitFor({ state: 'detached' })
  await panel.getByText('Active').waitFor()
  expect(await statusOf(`/${code}`)).toBe(302)
})

test('a deleted link is gone at once, and Undo or Ctrl+Z brings it back', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  const row = page.getByRole('row', { name: new RegExp(`${code}\\b`) })
  await page.getByRole('complementary').getByRole('button', { name: 'Delete' }).click()
  await page.getByText(`/${code} deleted`).waitFor()
  await row.waitFor({ state: 'detached' })
  expect(new URL(page.url()).hash).toBe('#/links')
  expect(await statusOf(`/${code}`)).toBe(404)
  await page.getByRole('button', { name: 'Undo' }).click()
  await row.waitFor()
  expect(await statusOf(`/${code}`)).toBe(302)

  await row.focus()
  await page.keyboard.press('Delete')
  await row.waitFor({ state: 'detached' })
  await page.keyboard.press('Control+z')
  await row.waitFor()
  expect(await statusOf(`/${code}`)).toBe(302)
})

test('the QR code of a link leads to its address', async () => {
  const page = await web.openSignedIn('/')
  await page.getByRole('button', { name: `Show QR code of /${code}` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('img', { name: `QR code for ${web.server.url}/${code}` }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
