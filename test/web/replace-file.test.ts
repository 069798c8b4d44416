import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
let made = 0
let code: string

/** One black pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg==',
  'base64',
)

beforeAll(async () => {
  web = await startWeb({ config: '[app]\nmax_file_size_mb = 1\n' })
})
beforeEach(async () => {
  code = `file-${++made}`
  const form = new FormData()
  form.set('type', 'file')
  form.set('code', code)
  form.set('file', new File(['first bytes'], 'First.txt', { type: 'text/plain' }))
  const { cookie, csrfToken } = await web.server.as()
  const headers = { Cookie: cookie, 'X-Trunk8-CSRF': csrfToken, Origin: web.server.url }
  const reply = await web.server.fetch('/api/v1/links', { method: 'POST', headers, body: form })
  expect(reply.status).toBe(201)
})
afterAll(() => web.stop())

const bytesOf = async (path: string) => (await web.server.fetch(path)).text()

test('a file is replaced under the same code, after a question', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary')
  await panel.getByRole('region', { name: 'Beginning of the text' }).getByText('first bytes').waitFor()
  const chooser = page.waitForEvent('filechooser')
  await panel.getByRole('button', { name: 'Replace file' }).click()
  await (await chooser).setFiles({ name: 'Second.txt', mimeType: 'text/plain', buffer: Buffer.from('second bytes') })
  const question = page.getByRole('dialog', { name: `Replace the file of /${code}` })
  await question.getByText('First.txt').waitFor()
  expect(await bytesOf(`/${code}`)).toBe('first bytes')
  await question.getByRole('button', { name: 'Replace file' }).click()
  await page.getByText(`/${code} now shares Second.txt`).waitFor()
  await panel.getByRole('region', { name: 'Beginning of the text' }).getByText('second bytes').waitFor()
  expect(await bytesOf(`/${code}`)).toBe('second bytes')
})

test('a file that is dropped on the panel replaces, and is not shared as another link', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary', { name: `Link /${code}` })
  await panel.getByText('First.txt').first().waitFor()
  const dataTransfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['dropped bytes'], 'Dropped.txt', { type: 'text/plain' }))
    return transfer
  })
  await panel.dispatchEvent('dragenter', { dataTransfer })
  await panel.dispatchEvent('dragover', { dataTransfer })
  await panel.dispatchEvent('drop', { dataTransfer })
  await page.getByRole('dialog').getByRole('button', { name: 'Replace file' }).click()
  await expect.poll(() => bytesOf(`/${code}`)).toBe('dropped bytes')
  expect(new URL(page.url()).hash).toBe(`#/links/${code}`)
})

test('a picture is shown, and looking at it is no visit', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  const panel = page.getByRole('complementary')
  const chooser = page.waitForEvent('filechooser')
  await panel.getByRole('button', { name: 'Replace file' }).click()
  await (await chooser).setFiles({ name: 'Dot.png', mimeType: 'image/png', buffer: png })
  await page.getByRole('dialog').getByRole('button', { name: 'Replace file' }).click()
  await expect.poll(() => panel.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  await page.reload()
  await panel.locator('img').waitFor()
  await panel.getByText('None yet').waitFor()
})

test('a file that is too large is refused in words, and the old one stays', async () => {
  const page = await web.openSignedIn(`/#/links/${code}`)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Replace file' }).click()
  await (await chooser).setFiles({ name: 'Large.txt', mimeType: 'text/plain', buffer: Buffer.alloc(2_000_000, 97) })
  await page.getByRole('dialog').getByRole('button', { name: 'Replace file' }).click()
  await page
    .getByRole('complementary')
    .getByText(/It has 2 MB, and files may have/)
    .waitFor()
  expect(await bytesOf(`/${code}`)).toBe('first bytes')
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
