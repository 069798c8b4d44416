import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { createLink, deadline, followLink, launchApp } from '../helpers/app.ts'

const pictures = resolve(import.meta.dirname, '../../test-results/desktop')

test('the first start tells where the admin password is, shows and copies it, and never tells again', async () => {
  const app = await launchApp()
  const notice = app.page.getByText('Your admin password is in this computer’s keychain.')
  await notice.waitFor()
  await takePicture(app.page, 'first-start')

  await app.page.getByRole('button', { name: 'Show', exact: true }).click()
  const shown = (await app.page.locator('output').textContent()) ?? ''
  expect(shown).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/)
  await app.page.getByRole('button', { name: 'Copy', exact: true }).click()
  await vi.waitFor(async () => expect(await app.clipboard()).toBe(shown), deadline)
  expect(await signIn(app.port, shown)).toBe(200)

  await app.page.getByRole('button', { name: 'Got it' }).click()
  await notice.waitFor({ state: 'detached' })
  await app.quit()
  const again = await launchApp({ dataDir: app.dataDir, userDataDir: app.userDataDir })
  await again.page.getByText('Drop files or a link anywhere in this window').waitFor()
  expect((await again.status()).isFirstStart).toBe(false)
  expect(await again.page.getByText('Your admin password is in').count()).toBe(0)
})

test('the switch in the window ends sharing for everybody else, and begins it again on the same port', async () => {
  const app = await launchApp()
  const code = await createLink(app, 'https://example.com/there')
  const sharing = app.page.getByRole('switch', { name: 'Sharing' })
  await vi.waitFor(async () => expect(await sharing.isChecked()).toBe(true), deadline)

  await sharing.click()
  await vi.waitFor(async () => expect(await followLink(app.port, code)).toBeUndefined(), deadline)
  expect(await sharing.isChecked()).toBe(false)
  await app.page.getByText(`/${code}`).first().waitFor()
  await takePicture(app.page, 'sharing-off')

  await sharing.click()
  await vi.waitFor(async () => expect(await followLink(app.port, code)).toBe('https://example.com/there'), deadline)
})

async function signIn(port: number, password: string): Promise<number> {
  const body = JSON.stringify({ password })
  const headers = { 'Content-Type': 'application/json' }
  return (await fetch(`http://127.0.0.1:${port}/auth/login`, { method: 'POST', headers, body })).status
}

/** For eyes: what the person sees at that moment. */
async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
}
