import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { api, trustPaths } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { signIn, startWeb, type Web } from '../helpers/browser.ts'

let web: Web
afterEach(async () => {
  const secure = web.server.url.replace('http:', 'https:')
  expect(web.faults.filter(it => !it.startsWith(`request to ${secure}/`))).toEqual([])
  await web.stop()
})

const look = { bypassCSP: true, reducedMotion: 'reduce' as const }

test('an admin sees what the certificate is good for, and the same words as a device on its page', async () => {
  web = await startWeb()
  const page = await web.openSignedIn('/#/security/encryption', look)
  const trust = page.getByRole('region', { name: 'Trusted devices' })
  await trust.getByRole('listitem').first().waitFor()
  const shown = await trust.getByRole('list').getByRole('listitem').allTextContents()
  expect(shown).toHaveLength(8)
  const certificate = page.getByRole('region', { name: 'Certificate' })
  const names = await certificate.getByRole('listitem').allTextContents()
  expect(names).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']))
  await expectAxeFindsNothing(page)

  const device = await web.open(trustPaths.page, look)
  await device.getByRole('heading', { name: 'Trust this Trunk8' }).waitFor()
  expect(await device.locator('.words li').allTextContents()).toEqual(shown)
  await expectAxeFindsNothing(device)

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    trust.getByRole('button', { name: 'Save the certificate' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('trunk8-ca.crt')
  const saved = await readFile(await download.path(), 'utf8')
  expect(saved).toBe((await web.server.send({ path: trustPaths.certificate })).text)
})

test('a new authority says what it costs, and has other words', async () => {
  web = await startWeb()
  const page = await web.openSignedIn('/#/security/encryption', look)
  const words = page.getByRole('region', { name: 'Trusted devices' }).getByRole('list').getByRole('listitem')
  await words.first().waitFor()
  const before = await words.allTextContents()
  await page.getByRole('button', { name: 'Make a new authority…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make a new authority?' })
  await dialog.getByText(/warns again until it is told once more/).waitFor()
  await expectAxeFindsNothing(page)
  await dialog.getByRole('button', { name: 'Make a new authority' }).click()
  await page.getByText('A new authority was made').waitFor()
  await expect.poll(() => words.allTextContents()).not.toEqual(before)
})

test('encryption that is off, and a certificate that cannot be used, are said', async () => {
  web = await startWeb({
    config: '[tls]\nmode = "off"\ncert_file = "/nowhere/cert.pem"\nkey_file = "/nowhere/key.pem"',
  })
  const page = await web.openSignedIn('/#/security/encryption', look)
  await page.getByText('Nothing is encrypted', { exact: true }).waitFor()
  await page.getByText('There is no file /nowhere/cert.pem').first().waitFor()
  const admin = await web.server.as()
  await admin.call(api.instance.update, { values: { 'tls.mode': 'dual', 'tls.cert_file': '', 'tls.key_file': '' } })
  await page.getByText('Encryption on').waitFor()
})

test('with encryption only, whoever types http signs in and works over https', async () => {
  web = await startWeb({ config: '[tls]\nmode = "only"' })
  const page = await web.open('/', { ...look, ignoreHTTPSErrors: true })
  expect(new URL(page.url()).protocol).toBe('https:')
  await signIn(page, web.server.adminPassword)
  await page.getByRole('link', { name: 'Security' }).click()
  await page.getByText('Everything encrypted').waitFor()
  await page.getByRole('button', { name: 'Make a new authority…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new authority' }).click()
  await page.getByText('A new authority was made').waitFor()
})
