import { createHash, randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({ config: '[app]\nmax_file_size_mb = 2\n' })
})
afterAll(() => web.stop())

const open = () => web.openSignedIn('/', { permissions: ['clipboard-read', 'clipboard-write'] })

test('a chosen file gets a link, which is copied and hands out the same bytes', async () => {
  const page = await open()
  const buffer = randomBytes(1_200_000)
  await page.setInputFiles('input[type="file"]', {
    name: 'Floor plan, 3rd floor.pdf',
    mimeType: 'application/pdf',
    buffer,
  })

  const card = page.getByRole('article', { name: /Floor plan, 3rd floor\.pdf/ })
  await card.getByText('Copied').first().waitFor()
  await card.getByText('Floor plan, 3rd floor.pdf · 1.2 MB').waitFor()
  const url = await page.evaluate(() => navigator.clipboard.readText())
  const reply = await fetch(url)
  expect(reply.headers.get('content-disposition')).toContain('Floor plan, 3rd floor.pdf')
  expect(sha256(Buffer.from(await reply.arrayBuffer()))).toBe(sha256(buffer))
})

test('files dropped anywhere in the window are shared, each with a link of its own', async () => {
  const page = await open()
  await page
    .getByRole('link', { name: /^Links/ })
    .first()
    .click()
  const names = ['Stand render 01.png', 'Ünïcode – 日本語 😀.txt', 'quote"and<tag>.txt']
  await drag(page, 'dragenter', names)
  await page.getByText('Drop to share 3 files').waitFor()
  await page.getByText('Each gets its own link').waitFor()
  await drag(page, 'drop', names)

  for (const name of names)
    await page
      .getByRole('article', { name: new RegExp(literally(name)) })
      .getByText('bytes')
      .waitFor()
  expect(await page.getByText('Drop to share').count()).toBe(0)
  expect(new URL(page.url()).hash).toBe('#/')
})

test('while a file is sent its progress shows, and cancelling leaves nothing behind', async () => {
  const page = await open()
  await slowDown(page, 200_000)
  const before = await countLinks()
  await page.setInputFiles('input[type="file"]', {
    name: 'slow.zip',
    mimeType: 'application/zip',
    buffer: randomBytes(1_500_000),
  })

  const card = page.getByRole('article', { name: 'slow.zip' })
  await card.getByText(/^0\.\d of 1\.5 MB · .*\/s · \d+ s left$/).waitFor()
  expect(Number(await card.getByRole('progressbar').getAttribute('aria-valuenow'))).toBeLessThan(100)
  const running = await card.boundingBox()
  await card.getByRole('button', { name: 'Cancel slow.zip' }).click()
  await card.waitFor({ state: 'detached' })
  expect(await countLinks()).toBe(before)

  await slowDown(page, -1)
  await page.setInputFiles('input[type="file"]', {
    name: 'slow.zip',
    mimeType: 'application/zip',
    buffer: randomBytes(1_500_000),
  })
  const done = page.getByRole('article', { name: /^\/.+, slow\.zip$/ })
  await done.waitFor()
  expect((await done.boundingBox())?.height).toBe(running?.height)
})

test('a file that is too large or of a kind that is not allowed is refused before a byte is sent', async () => {
  const page = await open()
  const posts: string[] = []
  page.on('request', request => request.method() === 'POST' && posts.push(request.url()))
  await page.setInputFiles('input[type="file"]', [
    { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(3_000_000) },
    { name: 'setup.exe', mimeType: 'application/x-msdownload', buffer: Buffer.alloc(1000) },
  ])

  const large = page.getByRole('article', { name: 'film.mp4 was not shared' })
  await large.getByText('It has 3 MB, and files may have 2.1 MB at most').waitFor()
  await page.getByText('.exe files are not allowed here').waitFor()
  expect(posts).toEqual([])
  await large.getByRole('button', { name: 'Dismiss film.mp4' }).click()
  await large.waitFor({ state: 'detached' })
})

test('an upload that breaks says so, and Try again sends it whole', async () => {
  const page = await open()
  await page.route('**/api/v1/links', route => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await page.setInputFiles('input[type="file"]', {
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('hello'),
  })
  const failed = page.getByRole('article', { name: 'notes.txt was not shared' })
  await failed.getByText('The connection broke before the whole file had arrived').waitFor()

  await page.unroute('**/api/v1/links')
  await failed.getByRole('button', { name: 'Try again with notes.txt' }).click()
  await page.getByRole('article', { name: /^\/.+, notes\.txt$/ }).waitFor()
})

test('pages that browsers do not trust with the clipboard copy all the same', async () => {
  const page = await web.open('/', { permissions: ['clipboard-read'] })
  await page.addInitScript(() => {
    Object.defineProperty(window, 'isSecureContext', { value: false })
  })
  await page.reload()
  await page.getByLabel('Password', { exact: true }).fill(web.server.adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Copy address' }).click()
  await page.getByText(/^Copied: 127\.0\.0\.1/).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(web.server.url)
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

async function countLinks(): Promise<number> {
  const admin = await web.server.as()
  const reply = await admin.send({ path: '/api/v1/links?limit=1' })
  return (reply.json as { total: number }).total
}

async function drag(page: Page, event: 'dragenter' | 'drop', names: readonly string[]): Promise<void> {
  await page.evaluate(
    ([type, all]) => {
      const dataTransfer = new DataTransfer()
      for (const name of all) dataTransfer.items.add(new File([`content of ${name}`], name))
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
    },
    [event, names] as const,
  )
}

/** Bytes per second; -1: as fast as it goes. */
async function slowDown(page: Page, uploadThroughput: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput }
  await session.send('Network.emulateNetworkConditions', conditions)
}
