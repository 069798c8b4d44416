import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import type { SignedIn } from '../helpers/server.ts'
import { studioFiles } from './studio.ts'

/**
 * Pictures of the screens, to be looked at, in `test-results/`. With UPDATE_SCREENSHOTS=1 those of the README go into
 * `docs/screenshots/`.
 */
const root = join(import.meta.dirname, '../..')
const results = join(root, 'test-results/screenshots')
const readme = process.env.UPDATE_SCREENSHOTS === '1' ? join(root, 'docs/screenshots') : join(results, 'readme')

const sizes = {
  desk: { viewport: { width: 1100, height: 720 } },
  small: { viewport: { width: 900, height: 600 } },
  large: { viewport: { width: 1920, height: 1080 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
} satisfies Record<string, BrowserContextOptions>

let web: Web
beforeAll(async () => {
  for (const folder of [results, readme]) await mkdir(folder, { recursive: true })
  web = await startWeb({ files: studioFiles() })
})
afterAll(() => web.stop())

/** A page whose address reads like that of a desk in an office, instead of this machine's own. */
async function openDressed(path: string, options: BrowserContextOptions): Promise<Page> {
  const page = await web.openSignedIn('/', { ...options, reducedMotion: 'reduce' })
  await page.route(/\/api\/v1\/(links|sharing|backups|preview|instance|bans|tls|me)/, async route => {
    const reply = await route.fetch()
    const text = (await reply.text())
      .replaceAll(new URL(web.server.url).host, '192.168.1.24:5001')
      .replaceAll(web.server.dataDir, '/srv/trunk8')
      .replaceAll('"127.0.0.1"', '"192.168.1.24"')
      .replaceAll('"label":"This computer","kind":"this-computer"', '"label":"Studio Wi-Fi","kind":"network"')
      .replaceAll('"interface":"lo"', '"interface":"wlan0"')
      .replaceAll(new RegExp(`\\b${hostname()}\\b`, 'g'), 'studio')
      .replaceAll('"rate_limit.enabled":false', '"rate_limit.enabled":true')
      .replaceAll('127.0.0.66', '192.168.1.66')
      .replaceAll('127.0.0.71', '192.168.1.71')
    await route.fulfill({ response: reply, body: text })
  })
  await page.goto(`${web.server.url}/${path}`)
  await page.reload()
  await page.locator('.t8-bone').first().waitFor({ state: 'detached' })
  return page
}

async function shoot(page: Page, name: string, folder = results): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

test('the pictures of the README', async () => {
  const share = await openDressed('#/', { ...sizes.desk, deviceScaleFactor: 1.5 })
  await shoot(share, 'share', readme)
  const links = await openDressed('#/links/red-fox', { ...sizes.desk, deviceScaleFactor: 1.5, colorScheme: 'dark' })
  await links.getByRole('complementary').waitFor()
  await shoot(links, 'links-dark', readme)
  await shoot(await openDressed('#/links', sizes.phone), 'links-phone', readme)
})

/** For what a visitor sees no reply is dressed: the instance has a name of its own, and the QR code this machine's. */
test('the pictures of what else there is', async () => {
  const admin = await web.server.as()
  await admin.call(api.instance.update, { values: { 'server.name': 'Lindqvist Studio' } })
  await addPeople(admin)
  const small = { ...sizes.small, deviceScaleFactor: 1.5 }

  const write = await openDressed('#/new?kind=markdown', { ...sizes.desk, deviceScaleFactor: 1.25 })
  await write.getByLabel('Code', { exact: true }).fill('house')
  await write.getByLabel('Title').fill('House rules')
  await write.getByLabel('Markdown text').fill(houseRules)
  await write.frameLocator('iframe').getByText('Coffee machine').waitFor()
  await shoot(write, 'write', readme)
  await write.getByRole('button', { name: 'Make link' }).click()
  await write.getByRole('complementary', { name: 'Link /house' }).waitFor()

  const visitor = await web.open('/house', { ...small, colorScheme: 'light' })
  await visitor.getByRole('heading', { name: 'House rules' }).waitFor()
  await shoot(visitor, 'page', readme)

  const people = await openDressed('#/people/ann', small)
  await people.getByRole('complementary').getByRole('link', { name: /^Show/ }).waitFor()
  await shoot(people, 'people', readme)
  await people.getByRole('button', { name: 'Act as Ann Lindqvist' }).click()
  await people.getByText('You act as').waitFor()
  await people.getByRole('article').first().waitFor()
  await shoot(people, 'act-as', readme)

  const themes = await openDressed('#/settings/appearance', { ...small, colorScheme: 'dark' })
  await themes.getByRole('radiogroup', { name: 'Interface' }).waitFor()
  await shoot(themes, 'themes', readme)
})

test('the pictures of the door', async () => {
  const desk = { ...sizes.desk, deviceScaleFactor: 1.25 }
  for (const [from, guesses] of [
    ['127.0.0.66', 5],
    ['127.0.0.71', 3],
  ] as const) {
    for (let round = 0; round < guesses; round += 1) await guessFrom(from)
  }
  const bans = await openDressed('#/security/limits', { ...sizes.small, deviceScaleFactor: 1.5 })
  await bans.getByRole('list', { name: 'Addresses that fail' }).waitFor()
  await shoot(bans, 'bans', readme)
  const encryption = await openDressed('#/security/encryption', desk)
  await encryption.getByRole('region', { name: 'Trusted devices' }).getByRole('listitem').nth(7).waitFor()
  await shoot(encryption, 'encryption', readme)
  const signIn = await openDressed('#/settings/sign-in', { ...sizes.small, deviceScaleFactor: 1.5 })
  await signIn.getByRole('button', { name: 'Set up' }).click()
  await signIn.getByLabel('Your password').fill(web.server.adminPassword)
  await signIn.getByRole('button', { name: 'Go on' }).click()
  const qr = signIn.getByRole('img', { name: 'QR code for your authenticator app' })
  await expect.poll(() => qr.evaluate(it => (it as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  await shoot(signIn, 'second-step', readme)
})

test('the pictures of a backup’s report, and of a link’s page on a phone', async () => {
  const page = await openDressed('#/settings/backups', { ...sizes.small, deviceScaleFactor: 1.5 })
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.getByRole('list', { name: 'Backups' }).getByRole('listitem').first().waitFor()
  const admin = await web.server.as()
  await admin.call(api.links.remove, { code: 'map' })
  await admin.call(api.links.update, { code: 'standup', url: 'https://meet.jit.si/lindqvist-wednesday' })
  await page.getByRole('button', { name: /^Restore Everybody/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'See what happens' }).click()
  await dialog.getByText('1 link comes back').waitFor()
  await shoot(page, 'restore', readme)

  const visitor = await web.open('/plans+', { ...sizes.phone, colorScheme: 'light' })
  await visitor.getByRole('link', { name: /Download/ }).waitFor()
  await shoot(visitor, 'about-phone', readme)
})

const guessFrom = (from: string) =>
  web.server.send({
    ...{ method: 'POST', path: '/auth/login', from, isSecure: true, body: '{"password":"wrong"}' },
    headers: { 'Content-Type': 'application/json' },
  })

async function addPeople(admin: SignedIn): Promise<void> {
  const people = [
    ['ann', 'Ann Lindqvist'],
    ['tom', 'Tom Ek'],
    ['priya', 'Priya Raman'],
  ] as const
  for (const [username, displayName] of people) {
    await admin.call(api.users.create, { username, displayName, password: 'copper lantern river moss' })
  }
  const plans = new FormData()
  plans.set('type', 'file')
  plans.set('code', 'plans')
  plans.set('owner', 'ann')
  plans.set('file', new File([Buffer.alloc(1_300_000, 1)], 'Floor plans, spring.pdf', { type: 'application/pdf' }))
  const headers = { Cookie: admin.cookie, 'X-Trunk8-CSRF': admin.csrfToken, Origin: web.server.url }
  const reply = await web.server.fetch('/api/v1/links', { method: 'POST', headers, body: plans })
  expect(reply.status).toBe(201)
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com/fair', code: 'fair', owner: 'ann' })
}

const houseRules = `# House rules

The door code changes **every Monday**. Ask at the desk.

| Room | Seats | Book it |
| --- | ---: | --- |
| Fox | 6 | at the door |
| Heron | 14 | ask Priya |

- [x] Lights out
- [ ] Coffee machine off
`

const schemes = ['light', 'dark'] as const
const combinations = Object.keys(sizes).flatMap(size => schemes.map(scheme => [size, scheme] as const))

test.each(combinations)('every screen fits at %s in %s', async (size, scheme) => {
  const options = { ...sizes[size as keyof typeof sizes], colorScheme: scheme }
  const page = await openDressed('#/', options)
  await shoot(page, `share-${size}-${scheme}`)
  await noSidewaysScroll(page)
  await page.goto(`${web.server.url}/#/links`)
  await page.getByRole('row').nth(1).waitFor()
  await shoot(page, `links-${size}-${scheme}`)
  await noSidewaysScroll(page)
  await page.goto(`${web.server.url}/#/links/red-fox`)
  await page.getByRole('complementary').getByText('shared').waitFor()
  await shoot(page, `link-${size}-${scheme}`)
  await noSidewaysScroll(page)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('form', { name: 'Edit /red-fox' }).waitFor()
  await shoot(page, `edit-${size}-${scheme}`)
  await page.goto(`${web.server.url}/#/links?q=nothing-like-it`)
  await page.getByText('No link matches').waitFor()
  await shoot(page, `no-match-${size}-${scheme}`)
  await page.goto(`${web.server.url}/#/new`)
  await page.getByRole('heading', { name: 'New link' }).waitFor()
  await shoot(page, `new-${size}-${scheme}`)
  await noSidewaysScroll(page)
  await page.goto(`${web.server.url}/#/new?kind=markdown`)
  await page.getByLabel('Markdown text').fill('# House rules\n\nBe **kind**.\n\n- [x] Keys\n- [ ] Coffee\n')
  await page.frameLocator('iframe').getByText('Coffee').waitFor()
  await shoot(page, `write-${size}-${scheme}`)
  await noSidewaysScroll(page)
  await page.getByLabel('Markdown text').fill('')
  await page.goto(`${web.server.url}/#/`)
  await page.getByRole('button', { name: 'Type a link…' }).click()
  await page.getByRole('dialog').waitFor()
  await shoot(page, `dialog-${size}-${scheme}`)
  await page.context().close()
  expect(web.faults).toEqual([])
})

test.each(schemes)('the sign-in page in %s', async scheme => {
  for (const [size, options] of Object.entries(sizes)) {
    const page = await web.open('/', { ...options, colorScheme: scheme })
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('That’s not it').waitFor()
    await shoot(page, `sign-in-${size}-${scheme}`)
    await page.context().close()
  }
})

async function noSidewaysScroll(page: Page): Promise<void> {
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(spill).toBeLessThanOrEqual(0)
}
