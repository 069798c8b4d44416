import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { eventsPath } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { signIn, startWeb, type Web } from '../helpers/browser.ts'

let web: Web
afterEach(async () => {
  expect(web.faults).toEqual([])
  await web.stop()
})

const config = () => readFile(join(web.server.dataDir, 'config/config.toml'), 'utf8')
const calm: BrowserContextOptions = { reducedMotion: 'reduce', bypassCSP: true }
/** The section, once the page hears what happens. */
async function openSection(): Promise<Page> {
  const page = await web.open('/', calm)
  const isLive = page.waitForResponse(it => it.url().endsWith(eventsPath))
  await signIn(page, web.server.adminPassword)
  await isLive
  await page.goto(`${web.server.url}/#/security/proxy`)
  return page
}
/** Comes as if a proxy on this computer had sent it on. */
const comeByProxy = (headers: Record<string, string> = {}) =>
  web.server.send({ path: '/healthz', headers: { 'X-Forwarded-For': '192.0.2.7', ...headers } })

test('a proxy that nobody named is seen at once, and trusted by one click', async () => {
  web = await startWeb({ config: '[server]\npublic_url = "https://share.example.com"\n[tls]\nmode = "off"\n' })
  const page = await openSection()
  await page.getByText('No proxy is trusted.').waitFor()
  await comeByProxy()
  await page.getByText('A proxy seems to stand before Trunk8, at 127.0.0.1').waitFor()
  await expectAxeFindsNothing(page)
  await page.getByRole('button', { name: 'Trust 127.0.0.1' }).click()
  await expect.poll(config).toContain('trusted = [ "127.0.0.1" ]')
  await page.getByText('One proxy is trusted. Nobody has come that way').waitFor()
  await page.getByRole('button', { name: 'Trust 127.0.0.1' }).waitFor({ state: 'detached' })
  await comeByProxy({ Host: 'share.example.com' })
  await page.getByText('One proxy is trusted, and it tells who asks.').waitFor()
  await page.getByText('192.0.2.7, ').waitFor()
})

test('a login location that loses the address is told with the lines that mend it, until it is mended', async () => {
  const trusting = '[server]\npublic_url = "https://share.example.com"\n[proxy]\ntrusted = ["127.0.0.9"]\n'
  web = await startWeb({ config: trusting })
  const page = await openSection()
  const guessAt = (host: string) =>
    web.server.send({
      ...{ method: 'POST', path: '/auth/login', body: '{"password":"wrong"}', from: '127.0.0.9' },
      headers: {
        ...{ Host: host, 'Content-Type': 'application/json' },
        ...{ Origin: 'https://share.example.com', 'X-Forwarded-For': '192.0.2.7' },
      },
    })
  await page.getByRole('heading', { name: 'How visitors come' }).waitFor()
  await guessAt('localhost:5001')
  await page.getByText('Your login location does not pass on who signs in').waitFor()
  await page.getByText('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;').first().waitFor()
  await expectAxeFindsNothing(page)
  await guessAt('share.example.com')
  await page.getByText('Your login location').waitFor({ state: 'detached' })
})

test('a configuration is written, chosen by program, and taken along', async () => {
  web = await startWeb({ config: '[server]\npublic_url = "https://share.example.com"\n' })
  const page = await openSection()
  const text = page.getByRole('textbox', { name: 'Configuration of nginx' })
  await text.waitFor()
  expect(await text.inputValue()).toContain('client_max_body_size 101m;')
  await page.getByRole('combobox', { name: 'Program' }).selectOption('Caddy')
  await page.getByRole('textbox', { name: 'Configuration of Caddy' }).waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('Caddyfile')
  expect(await readFile(await download.path(), 'utf8')).toContain('https://share.example.com {')
})

test('without a public address it says what comes first', async () => {
  web = await startWeb()
  const page = await openSection()
  await page.getByText('Set that name as the public address first').waitFor()
  await expectAxeFindsNothing(page)
})

test('the public address is checked, and what was found is told', async () => {
  web = await startWeb({ config: '[server]\npublic_url = "http://127.0.0.1:1"\n' })
  const page = await openSection()
  await page.getByRole('button', { name: 'Check the public address' }).click()
  await page.getByText('http://127.0.0.1:1 cannot be reached from here: nothing listens there.').waitFor()
})

test('nobody locks himself out without being told', async () => {
  web = await startWeb()
  const page = await web.openSignedIn('/#/security/sign-in', calm)
  const list = page.getByRole('textbox', { name: 'Where people may sign in from' })
  const type = async (text: string) => {
    await list.fill(text)
    await list.press('Enter')
  }
  await type('192.168.1.0/24')
  const dialog = page.getByRole('dialog', { name: 'Lock yourself out?' })
  await dialog.getByText('your address, 127.0.0.1, is not in the list').waitFor()
  await expectAxeFindsNothing(page)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await config()).not.toContain('login_allow')
  await type('192.168.1.0/24 127.0.0.1')
  await expect.poll(config).toContain('login_allow = [ "192.168.1.0/24", "127.0.0.1" ]')
  await page.getByRole('button', { name: 'Remove 127.0.0.1' }).click()
  await dialog.getByRole('button', { name: 'Lock me out' }).click()
  await expect.poll(config).toContain('login_allow = [ "192.168.1.0/24" ]')
})
