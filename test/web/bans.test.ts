import type { Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { openRelay } from '../helpers/relay.ts'
import type { TestServerOptions } from '../helpers/server.ts'

let web: Web
/** Guesses come over plain http. */
const start = async ({ config = '', ...options }: TestServerOptions = {}) => {
  web = await startWeb({ config: `${config}\n[tls]\nallow_http_login = true\n`, ...options })
}
afterEach(async () => {
  expect(web.faults).toEqual([])
  await web.stop()
})

async function fail(from: string, times: number): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await web.server.send({
      ...{ method: 'POST', path: '/auth/login', from, isSecure: true },
      headers: { 'Content-Type': 'application/json' },
      body: '{"password":"wrong"}',
    })
  }
}
const banned = (page: Page) => page.getByRole('list', { name: 'Banned addresses' }).getByRole('listitem')
const failing = (page: Page) => page.getByRole('list', { name: 'Addresses that fail' }).getByRole('listitem')

test('an admin sees who is close to a ban and who is banned, as it happens, and lets them in again', async () => {
  await start()
  const page = await web.openSignedIn('/#/security/limits')
  await page.getByText('Nobody is banned').waitFor()
  await fail('127.0.0.66', 3)
  await expect.poll(() => failing(page).allInnerTexts()).toEqual([expect.stringContaining('3 of 5 failures')])
  await fail('127.0.0.66', 2)
  await expect.poll(() => banned(page).count()).toBe(1)
  const row = await banned(page).textContent()
  for (const words of ['127.0.0.66', '5 wrong sign-ins', 'just now', '60 min left']) expect(row).toContain(words)
  expect(await failing(page).count()).toBe(0)

  await page.getByRole('button', { name: 'Unban 127.0.0.66' }).click()
  await page.getByText('127.0.0.66 is let in again').waitFor()
  await page.getByText('Nobody is banned').waitFor()
  expect((await web.server.send({ path: '/nothing', from: '127.0.0.66' })).status).toBe(404)
})

test('an address is banned by hand, by keyboard alone, and what cannot be is said where it was typed', async () => {
  await start()
  const page = await web.openSignedIn('/#/security/limits')
  await page.getByRole('button', { name: 'Ban an address' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Ban an address' })
  await page.keyboard.type('127.0.0.1')
  await page.keyboard.press('Enter')
  await dialog.getByText('This is an address of this computer, which is never banned').waitFor()
  await dialog.getByLabel('Address').fill('somebody')
  await page.keyboard.press('Enter')
  await dialog.getByText('Write an address such as 192.168.1.66').waitFor()
  await dialog.getByLabel('Address').fill('127.0.0.80')
  await dialog.getByLabel('For').selectOption('1 week')
  await dialog.getByLabel('Address').press('Enter')
  await dialog.waitFor({ state: 'detached' })
  const row = banned(page).filter({ hasText: '127.0.0.80' })
  await row.getByText('by admin').waitFor()
  expect(await row.textContent()).toContain('7 days left')
  expect((await web.server.send({ path: '/', from: '127.0.0.80' })).status).toBe(403)
})

test('whoever tries to sign in too fast sees the seconds run down, and then may try again', async () => {
  await start({ isLimited: true, config: '[rate_limit]\nlogin_per_minute = 10\nlogin_burst = 0\n' })
  const page = await web.open('/')
  const button = page.getByRole('button', { name: 'Sign in', exact: true })
  const tryIt = async (password: string) => {
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button.click()
  }
  await tryIt('wrong')
  await page.getByText('That’s not it').waitFor()
  await tryIt(web.server.adminPassword)
  await page.getByText(/Too many tries\. Wait \d seconds?/).waitFor()
  expect(await button.isDisabled()).toBe(true)
  await page.getByText('Now you can try again').waitFor()
  await button.click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
})

test('opening the sign-in page is far from the limit, and reloading it does not lock anybody out', async () => {
  await start({ isLimited: true })
  const page = await web.open('/')
  const counted: string[] = []
  page.on('request', request => {
    const { pathname } = new URL(request.url())
    if (!pathname.startsWith('/static/')) counted.push(pathname)
  })
  await page.reload()
  await page.getByLabel('Password', { exact: true }).waitFor()
  expect(counted.length).toBeLessThanOrEqual(5)
  for (let round = 0; round < 12; round += 1) await page.reload()
  await page.getByLabel('Password', { exact: true }).waitFor({ timeout: 30_000 })
})

test('many files at once all arrive, however slow the limit makes them', async () => {
  await start({ isLimited: true, config: '[rate_limit]\nsigned_in_per_minute = 240\nsigned_in_burst = 6\n' })
  const page = await web.openSignedIn('/')
  const refused: string[] = []
  page.on('response', reply => reply.status() === 429 && refused.push(reply.url()))
  const files = Array.from({ length: 16 }, (_, index) => ({
    ...{ name: `page ${index}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`page ${index}`) },
  }))
  await page.setInputFiles('input[type="file"]', files)
  const admin = await web.server.as()
  const listed = () => admin.call(api.links.list, { limit: 100 })
  await expect.poll(async () => (await listed()).items.length, { timeout: 40_000, interval: 1000 }).toBe(16)
  expect(refused.length).toBeGreaterThan(0)
  expect(await page.getByText('Too many').count()).toBe(0)
})

test('with the limits that Trunk8 comes with, whoever works here never meets one', async () => {
  await start({ isLimited: true })
  const refused: string[] = []
  const page = await web.openSignedIn('/')
  page.on('response', reply => reply.status() === 429 && refused.push(reply.url()))
  for (const path of [
    'links',
    'people',
    'security/limits',
    'security/sign-in',
    'settings/backups',
    'settings/you',
    '',
  ]) {
    await page.goto(`${web.server.url}/#/${path}`)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  }
  expect(refused).toEqual([])
})

test('whoever is shut out, and whoever is too fast, gets a page that says when it is over', async () => {
  await start({ isLimited: true, config: '[rate_limit]\ngeneral_per_minute = 20\ngeneral_burst = 0\n' })
  const relay = await openRelay(Number(new URL(web.server.url).port), '127.0.0.66')
  const page = await web.browser.newPage({ viewport: { width: 390, height: 700 } })
  const url = `http://127.0.0.1:${relay.port}/nothing`
  await page.goto(url)
  await page.goto(url)
  await page.getByRole('heading', { name: 'Wait a moment' }).waitFor()
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/limited.png` })
  // The page asks again by itself, and then there is an answer.
  await page.getByRole('heading', { name: 'There’s no link called nothing' }).waitFor()
  await fail('127.0.0.66', 5)
  await page.goto(url)
  await page.getByRole('heading', { name: 'You’re shut out for now' }).waitFor()
  await page.getByText('You can come back in 60 minutes').waitFor()
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/banned.png` })
  await page.close()
  await relay.stop()
})

test('who is banned and how to ban is within everybody’s reach, also on a phone and in the dark', async () => {
  await start({ config: '[app]\ntheme = "darkly"\n' })
  await fail('127.0.0.66', 5)
  await fail('127.0.0.67', 4)
  const sizes = [
    { width: 1100, height: 720 },
    { width: 360, height: 740 },
  ]
  for (const viewport of sizes) {
    const page = await web.openSignedIn('/#/security/limits', { viewport, bypassCSP: true, reducedMotion: 'reduce' })
    await banned(page).first().waitFor()
    await expectAxeFindsNothing(page, String(viewport.width))
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.querySelector('main section') ?? document.body
      return scrollWidth - clientWidth
    })
    expect(overflow).toBe(0)
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/bans-${viewport.width}.png` })
    await page.context().close()
  }
})
