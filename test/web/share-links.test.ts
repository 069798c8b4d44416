import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const open = () => web.openSignedIn('/', { permissions: ['clipboard-read', 'clipboard-write'] })

test('an address that is pasted becomes a redirect, and its link is on the clipboard', async () => {
  const page = await open()
  await paste(page, 'https://meet.jit.si/lindqvist-tuesday')

  await page.getByRole('article', { name: /meet\.jit\.si\/lindqvist-tuesday/ }).waitFor()
  await page.getByText(/^Link copied: \//).waitFor()
  const url = await page.evaluate(() => navigator.clipboard.readText())
  const reply = await fetch(url, { redirect: 'manual' })
  expect(reply.status).toBe(302)
  expect(reply.headers.get('location')).toBe('https://meet.jit.si/lindqvist-tuesday')
})

test('other text that is pasted becomes a text file', async () => {
  const page = await open()
  await paste(page, 'Guest Wi-Fi: quiet-harbor')
  await page
    .getByRole('article', { name: /^\/.+, Pasted text\.txt$/ })
    .getByText('Copied')
    .first()
    .waitFor()
  const url = await page.evaluate(() => navigator.clipboard.readText())
  expect(await (await fetch(url)).text()).toBe('Guest Wi-Fi: quiet-harbor')
})

test('pasting into a field is just that', async () => {
  const page = await open()
  await page.getByRole('button', { name: 'Type a link…' }).click()
  await page.evaluate(() => navigator.clipboard.writeText('https://example.com/typed'))
  await page.getByLabel('Goes to').press('Control+V')
  expect(await page.getByLabel('Goes to').inputValue()).toBe('https://example.com/typed')
  expect(await page.getByRole('article', { name: /example\.com\/typed/ }).count()).toBe(0)
})

test('an address that is dropped becomes a redirect', async () => {
  const page = await open()
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer()
    dataTransfer.setData('text/uri-list', '# a note\r\nhttps://example.com/dropped')
    for (const type of ['dragenter', 'drop']) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    }
  })
  await page.getByRole('article', { name: /example\.com\/dropped/ }).waitFor()
})

test('a link that is typed may have a code of its own, and mistakes are told beside the field', async () => {
  const page = await open()
  await page.getByRole('button', { name: 'Type a link…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New link' })
  const make = dialog.getByRole('button', { name: 'Make link' })

  await dialog.getByLabel('Goes to').fill('javascript:alert(1)')
  await make.click()
  await dialog.getByText('Enter a full address that starts with http, https, mailto, ftp or tel').waitFor()
  await dialog.getByLabel('Goes to').fill('example.com/menu')
  await dialog.getByLabel('Code').fill('settings')
  await make.click()
  await dialog.getByText('settings is kept for Trunk8 itself. Choose another code').waitFor()
  await dialog.getByLabel('Code').fill('lunch')
  await dialog.getByLabel('Expires').selectOption('In 1 week')
  await make.click()

  const card = page.getByRole('article', { name: '/lunch, example.com/menu' })
  await card.getByRole('button', { name: 'Expiry of /lunch: 7 d left' }).waitFor()
  const reply = await web.server.fetch('/lunch')
  expect(reply.headers.get('location')).toBe('https://example.com/menu')

  await page.getByRole('button', { name: 'Type a link…' }).click()
  await dialog.getByLabel('Goes to').fill('https://example.com/2')
  await dialog.getByLabel('Code').fill('lunch')
  await make.click()
  await dialog.getByText(/lunch.*taken/i).waitFor()
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

/** As a person does: the text is on the clipboard, then Ctrl+V. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate(it => navigator.clipboard.writeText(it), text)
  await page.keyboard.press('Control+V')
}
