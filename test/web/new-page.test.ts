import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const preview = (page: Page) => page.frameLocator('iframe[title="Preview"]')
const choose = (page: Page, kind: string) => page.getByText(kind, { exact: true }).click()

test('a Markdown page is written beside what becomes of it, and made with Ctrl+S', async () => {
  const page = await web.openSignedIn('/#/links', { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.getByRole('main').getByRole('button', { name: 'New link' }).first().click()
  await choose(page, 'Markdown')
  const text = page.getByLabel('Markdown text')
  await text.fill('# House rules\n\nBe *kind*.\n\n- [x] done\n')
  await preview(page).getByRole('heading', { name: 'House rules' }).waitFor()
  await preview(page).getByText('kind').waitFor()
  await page.getByLabel('Code', { exact: true }).fill('rules')
  await page.getByText('/rules is free').first().waitFor()
  await text.focus()
  await page.keyboard.press('Control+s')
  await page.getByRole('complementary', { name: 'Link /rules' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${web.server.url}/rules`)
  const opened = await web.server.fetch('/rules')
  expect(opened.status).toBe(200)
  expect(await opened.text()).toContain('House rules')
})

test('an HTML page is shown with its script and style, and its script reaches nothing of ours', async () => {
  const page = await web.openSignedIn('/#/new?kind=html')
  await page.getByLabel('HTML text').fill(`<style>p { color: rgb(255, 0, 0) }</style><p id="out">-</p>
    <script>
      let found = 'origin ' + origin
      try { found += parent.document.title } catch { found += ', no parent' }
      try { found += document.cookie } catch { found += ', no cookies' }
      out.textContent = found
    </script>`)
  const shown = preview(page).locator('#out')
  await expect.poll(() => shown.textContent()).toBe('origin null, no parent, no cookies')
  expect(await shown.evaluate(element => getComputedStyle(element).color)).toBe('rgb(255, 0, 0)')
  await page.getByLabel('Code', { exact: true }).fill('menu')
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByRole('complementary', { name: 'Link /menu' }).waitFor()
})

test('a code is checked while it is typed', async () => {
  await (await web.server.as()).call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'taken' })
  const page = await web.openSignedIn('/#/new')
  const code = page.getByLabel('Code', { exact: true })
  await code.fill('taken')
  await expect.poll(() => code.getAttribute('aria-invalid')).toBe('true')
  await code.fill('no spaces')
  await page.getByText('Use 1 to 50 letters, digits, - or _').first().waitFor()
  await code.fill('settings')
  await page.getByText('settings is kept for Trunk8 itself').first().waitFor()
  await code.fill('not-taken')
  await page.getByText('/not-taken is free').first().waitFor()
  expect(await code.getAttribute('aria-invalid')).toBeNull()
})

test('a redirect and a file are made here as well, with title, code and expiry', async () => {
  const page = await web.openSignedIn('/#/new')
  await page.getByLabel('Goes to').fill('example.com/plan')
  await page.getByLabel('Title').fill('The plan')
  await page.getByLabel('Expires').selectOption('In 1 week')
  await page.getByRole('button', { name: 'Make link' }).click()
  const panel = page.getByRole('complementary')
  await panel.getByText('The plan').waitFor()
  await panel.getByText('https://example.com/plan').waitFor()
  await panel.getByRole('button', { name: /Expiry of .*: 7 d left/ }).waitFor()

  await page.goto(`${web.server.url}/#/new?kind=file`)
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByText('Choose a file', { exact: true }).waitFor()
  await page
    .getByLabel('File', { exact: true })
    .last()
    .setInputFiles({ name: 'Plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 plan') })
  await page.getByLabel('Code', { exact: true }).fill('plan-file')
  await page.getByRole('button', { name: 'Make link' }).click()
  await page.getByRole('complementary', { name: 'Link /plan-file' }).getByText('Plan.pdf').first().waitFor()
  expect(await (await web.server.fetch('/plan-file')).text()).toBe('%PDF-1.4 plan')
})

test('the buttons and keys of the editor put marks in, and the browser’s undo takes them out', async () => {
  const page = await web.openSignedIn('/#/new?kind=markdown')
  const text = page.getByLabel('Markdown text')
  await text.fill('one two')
  await text.selectText()
  await page.keyboard.press('Control+b')
  expect(await text.inputValue()).toBe('**one two**')
  await page.keyboard.press('Control+b')
  expect(await text.inputValue()).toBe('one two')
  await page.getByRole('button', { name: 'Tasks' }).click()
  expect(await text.inputValue()).toBe('- [ ] one two')
  await page.keyboard.press('Control+z')
  expect(await text.inputValue()).toBe('one two')
  await page.getByRole('button', { name: 'Table' }).click()
  expect(await text.inputValue()).toContain('| First | Second |')
})

test('Tab indents in the editor, and after Esc it leads out of it', async () => {
  const page = await web.openSignedIn('/#/new?kind=markdown')
  const text = page.getByLabel('Markdown text')
  await text.focus()
  await page.keyboard.press('Tab')
  expect(await text.inputValue()).toBe('  ')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  expect(await text.evaluate(area => area === document.activeElement)).toBe(false)
})

test('text that was typed is not lost unasked, neither by a click nor by the way back', async () => {
  const page = await web.openSignedIn('/#/links')
  await page.goto(`${web.server.url}/#/new?kind=markdown`)
  await page.getByLabel('Markdown text').fill('not saved yet')
  await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: /^Links/ })
    .click()
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await question.getByRole('button', { name: 'Keep writing' }).click()
  await question.waitFor({ state: 'detached' })
  expect(await page.getByLabel('Markdown text').inputValue()).toBe('not saved yet')

  await page.goBack()
  await question.waitFor()
  expect(new URL(page.url()).hash).toBe('#/new?kind=markdown')
  await question.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('heading', { name: 'Links', exact: true }).waitFor()
})

test('a Markdown file that is dropped on the editor fills it, instead of being shared', async () => {
  const page = await web.openSignedIn('/#/new?kind=html')
  const text = page.getByLabel('HTML text')
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['# Dropped'], 'note.md', { type: 'text/markdown' }))
    return transfer
  })
  await text.dispatchEvent('dragenter', { dataTransfer: data })
  await text.dispatchEvent('dragover', { dataTransfer: data })
  await text.dispatchEvent('drop', { dataTransfer: data })
  await expect.poll(() => page.getByLabel('Markdown text').inputValue()).toBe('# Dropped')
  await preview(page).getByRole('heading', { name: 'Dropped' }).waitFor()
  expect(await page.getByText('Drop to share').count()).toBe(0)
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
