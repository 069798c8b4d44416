import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const hash = '5025f28e456db739518a23036d572baaa620bb2fa76b35d648b72c6b648f12f6'

let web: Web
beforeEach(async () => {
  web = await startWeb({
    files: { 'users/users.toml': `[users.admin]\nis_admin = true\n\n[users.erin]\npassword_hash = "${hash}"\n` },
  })
})
afterEach(async () => {
  expect(web.faults).toEqual([])
  await web.stop()
})

const config = () => readFile(join(web.server.dataDir, 'config/config.toml'), 'utf8')
const theme = (page: Page) => page.evaluate(() => document.documentElement.dataset.theme)

/** A page on which erin is signed in. */
async function openAsErin(path: string): Promise<Page> {
  const { cookie } = await web.server.as('erin', 'erin-legacy-pass')
  const page = await web.open('/')
  const [name = '', value = ''] = cookie.split('=')
  await page.context().addCookies([{ name, value, url: web.server.url }])
  await page.goto(web.server.url + path)
  await page.reload()
  return page
}

test('a theme is chosen by click, and the page wears it at once; by arrow keys as well', async () => {
  const page = await openAsErin('/#/settings')
  const interfaces = page.getByRole('radiogroup', { name: 'Interface' })
  await interfaces.getByRole('radio', { name: 'Darkly' }).click()
  await expect.poll(() => theme(page)).toBe('darkly')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => theme(page)).toBe('flatly')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => theme(page)).toBe('journal')
  await expect
    .poll(() => readFile(join(web.server.dataDir, 'users/erin/config.toml'), 'utf8').catch(() => ''))
    .toBe('[app]\ntheme = "journal"\n')
  await page.getByRole('radio', { name: 'As everybody: Cerulean' }).click()
  await expect.poll(() => theme(page)).toBe('cerulean')
  expect(
    await page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link').allInnerTexts(),
  ).toEqual(['Appearance', 'You', 'How you sign in', 'Backups'])
})

test('what an admin chooses reaches everybody who chose nothing, while they look', async () => {
  const erin = await openAsErin('/#/settings')
  await erin.getByRole('radiogroup', { name: 'Interface' }).waitFor()
  const admin = await web.openSignedIn('/#/settings')
  await admin.getByRole('radio', { name: 'Lux', exact: true }).click()
  await expect.poll(() => theme(erin)).toBe('lux')
  await erin.getByText('As everybody', { exact: true }).waitFor()
  await admin.getByRole('button', { name: 'Choose themes: Markdown pages' }).click()
  await admin.getByRole('radiogroup', { name: 'Markdown pages' }).getByRole('radio', { name: 'Vapor' }).click()
  await expect.poll(config).toContain('markdown_theme = "vapor"')
})

test('all is set by the keyboard alone: a switch, a number, a choice, a list, and back to the defaults', async () => {
  const page = await web.openSignedIn('/#/settings/uploads')
  const keys = page.keyboard
  const size = page.getByRole('textbox', { name: 'Largest file' })
  await size.focus()
  await keys.press('Control+A')
  await keys.type('7.5')
  await keys.press('Enter')
  await expect.poll(config).toContain('max_file_size_mb = 7.5')
  await page.getByText('Saved').waitFor()

  await keys.press('Tab')
  expect(await focused(page)).toBe('Reset to 100 MB: Largest file')
  await keys.press('Enter')
  await expect.poll(config).not.toContain('max_file_size_mb')
  await expect.poll(() => size.inputValue()).toBe('100')
  expect(await size.evaluate(it => it === document.activeElement)).toBe(true)

  await page.getByRole('textbox', { name: 'Kinds of files' }).focus()
  await keys.type('.DWG, blend')
  await keys.press('Enter')
  await expect.poll(config).toContain('"dwg", "blend"')
  await page.getByRole('button', { name: 'Remove dwg' }).focus()
  await keys.press('Enter')
  await expect.poll(config).not.toContain('dwg')
  await page.getByRole('button', { name: /^Reset to the usual \d+: Kinds of files$/ }).focus()
  await keys.press('Enter')
  await expect.poll(config).not.toContain('allowed_extensions')

  await page.getByRole('switch', { name: 'Any kind of file' }).focus()
  await keys.press('Space')
  await expect.poll(config).toContain('allow_all = true')

  await page.getByRole('link', { name: 'Pages' }).focus()
  await keys.press('Enter')
  await page.getByRole('radio', { name: /^Interactive/ }).focus()
  await keys.press('ArrowDown')
  await expect.poll(config).toContain('mode = "isolated"')
  await page.getByRole('link', { name: 'Log' }).focus()
  await keys.press('Enter')
  await page.getByRole('combobox', { name: 'Detail of the log' }).focus()
  await keys.press('ArrowUp')
  await expect.poll(config).toMatch(/level = "(WARNING|ERROR)"/)
})

test('what is refused says why at its field, stays there to be mended, and is given up with Esc', async () => {
  const page = await web.openSignedIn('/#/settings/people')
  const shortest = page.getByRole('textbox', { name: 'Shortest password' })
  for (const wrong of ['999', 'many', '2.5']) {
    await shortest.fill(wrong)
    await shortest.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Write a whole number from 1 to 128' }).waitFor()
    expect(await shortest.getAttribute('aria-invalid')).toBe('true')
    expect(await shortest.inputValue()).toBe(wrong)
  }
  await shortest.press('Escape')
  expect(await shortest.inputValue()).toBe('12')
  expect(await config()).not.toContain('min_length')
  await shortest.fill('16')
  await shortest.blur()
  await expect.poll(config).toContain('min_length = 16')
  expect(await shortest.getAttribute('aria-invalid')).toBeNull()
})

test('what this run overrules cannot be changed here, and says what does so', async () => {
  const page = await web.openSignedIn('/#/settings/sharing')
  const port = page.getByRole('textbox', { name: 'Port' })
  expect(await port.isDisabled()).toBe(true)
  expect(await port.inputValue()).toBe(new URL(web.server.url).port)
  expect(await page.getByText('Set for this run by the command that started Trunk8').count()).toBe(2)
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).isEnabled()).toBe(true)
})

test('what another admin changes shows while one looks, and not under the hands of who is typing', async () => {
  const page = await web.openSignedIn('/#/settings/people')
  const [days, minutes] = [
    page.getByRole('textbox', { name: 'Stay signed in' }),
    page.getByRole('textbox', { name: 'Sign out after' }),
  ]
  await minutes.fill('9')
  await (await web.server.as()).call(api.instance.update, {
    values: { 'session.permanent_lifetime_days': 7, 'session.idle_minutes': 30 },
  })
  await expect.poll(() => days.inputValue()).toBe('7')
  expect(await minutes.inputValue()).toBe('9')
})

test('a config.toml that cannot be read is shown with its place, and nothing can be changed until it is mended', async () => {
  const page = await web.openSignedIn('/#/settings/uploads')
  const size = page.getByRole('textbox', { name: 'Largest file' })
  await expect.poll(() => size.isEnabled()).toBe(true)
  const file = join(web.server.dataDir, 'config/config.toml')
  await writeFile(file, '[app]\nmax_file_size_mb = ten\n')
  const notice = page.getByRole('alert').filter({ hasText: 'config/config.toml cannot be read: line 2, column' })
  await notice.waitFor()
  expect(await notice.textContent()).toContain(file)
  expect([await size.isDisabled(), await size.inputValue()]).toEqual([true, '100'])
  await page.getByRole('link', { name: 'Appearance' }).click()
  await notice.waitFor()
  expect(await page.getByRole('radio', { name: 'Lux', exact: true }).isDisabled()).toBe(true)
  await writeFile(file, '[app]\nmax_file_size_mb = 10\n')
  await notice.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Uploads' }).click()
  expect(await size.inputValue()).toBe('10')
})

const sections = ['appearance', 'sharing', 'uploads', 'people', 'pages', 'backups', 'log']

test.each([
  ['a phone', { width: 360, height: 740 }, 'light'],
  ['the smallest window', { width: 900, height: 600 }, 'dark'],
] as const)('on %s every section fits, and axe finds nothing', async (_, viewport, colorScheme) => {
  const options = { viewport, colorScheme, bypassCSP: true, reducedMotion: 'reduce' as const }
  const page = await web.openSignedIn('/', options)
  for (const section of sections) {
    await page.goto(`${web.server.url}/#/settings/${section}`)
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    await page
      .getByRole('main')
      .getByRole('radio')
      .or(page.getByRole('main').getByRole('textbox'))
      .or(page.getByRole('combobox'))
      .first()
      .waitFor()
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.querySelector('main section') ?? document.body
      return scrollWidth - clientWidth
    })
    expect([section, overflow]).toEqual([section, 0])
    await page.evaluate(axe)
    const findings = await page.evaluate(async () => {
      const { axe: loaded } = window as unknown as { axe: typeof import('axe-core') }
      const { violations } = await loaded.run(document, { resultTypes: ['violations'] })
      return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`))
    })
    expect(findings, section).toEqual([])
  }
})

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)

test('another section begins at its top, however far down the last one was read', async () => {
  const page = await web.openSignedIn('/#/settings/uploads', { viewport: { width: 900, height: 600 } })
  await page.getByRole('button', { name: 'Remove pdf' }).waitFor()
  await page.mouse.move(600, 400)
  await page.mouse.wheel(0, 3000)
  const top = () => page.getByRole('heading', { name: 'Settings' }).evaluate(it => it.getBoundingClientRect().top)
  await expect.poll(top).toBeLessThan(0)
  await page.getByRole('link', { name: 'Backups' }).click()
  await page.getByRole('heading', { name: 'Backups' }).waitFor()
  await expect.poll(top).toBeGreaterThan(0)
})

test('what most people never need is folded, but for what somebody has set', async () => {
  const page = await web.openSignedIn('/#/security/sign-in')
  const domains = page.getByRole('textbox', { name: 'E-mail domains', includeHidden: true })
  const entity = page.getByRole('textbox', { name: 'Entity ID', includeHidden: true })
  const fold = page.locator('summary', { hasText: 'OpenID Connect settings' })
  await fold.waitFor()
  expect([await domains.isVisible(), await entity.isVisible()]).toEqual([false, false])
  await fold.focus()
  await page.keyboard.press('Enter')
  await domains.fill('example.com')
  await domains.press('Enter')
  await page.getByRole('button', { name: 'Remove example.com' }).waitFor()
  await page.reload()
  await domains.waitFor()
  expect([await domains.isVisible(), await entity.isVisible()]).toEqual([true, false])
})
