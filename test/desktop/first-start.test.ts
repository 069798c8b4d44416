import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { createLink, deadline, followLink, launchApp } from '../helpers/app.ts'

test('three steps: where the data lives, the password once with copy, who may reach it; then it never asks again', async () => {
  const app = await launchApp({ isFirstStart: true })
  const { page } = app
  await page.getByRole('heading', { name: 'Where should your data live?' }).waitFor()
  await page.getByText(app.dataDir).waitFor()
  await app.takePicture('first-start-1')
  await press(page, 'Continue')

  await page.getByText(/put it in this computer’s keychain/).waitFor()
  const output = page.locator('output')
  await vi.waitFor(async () => expect(await output.textContent()).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/), deadline)
  const shown = (await output.textContent()) ?? ''
  await app.takePicture('first-start-2')
  await press(page, 'Copy')
  await vi.waitFor(async () => expect(await app.clipboard()).toBe(shown), deadline)
  expect(await signIn(app.port, shown)).toBe(200)
  await press(page, 'Continue')

  await page.getByRole('heading', { name: 'Who can reach it?' }).waitFor()
  await page.getByLabel('This computer only').check()
  await app.takePicture('first-start-3')
  await press(page, 'Open Trunk8')

  await page.getByText('Drop files or a link anywhere in this window').waitFor()
  expect(await app.status()).toMatchObject({ isFirstStart: false, isPasswordUnseen: false })
  await app.quit()
  const again = await launchApp({ dataDir: app.dataDir, userDataDir: app.userDataDir })
  await again.page.getByText('Drop files or a link anywhere in this window').waitFor()
  expect(await again.page.getByText('Where should your data live?').count()).toBe(0)
  expect(await readFile(join(app.dataDir, 'config', 'config.toml'), 'utf8')).toContain('host = "127.0.0.1"')
})

test.skipIf(!findOwnAddress())('the network reaches nothing until the person has said that it may', async () => {
  const app = await launchApp({ isFirstStart: true, host: '0.0.0.0' })
  const code = await createLink(app, 'https://example.com/there')
  expect(await followLink(app.port, code)).toBe('https://example.com/there')
  expect(await followLink(app.port, code, findOwnAddress())).toBeUndefined()

  await press(app.page, 'Continue')
  await press(app.page, 'Continue')
  await press(app.page, 'Start sharing')

  await vi.waitFor(
    async () => expect(await followLink(app.port, code, findOwnAddress())).toBe('https://example.com/there'),
    deadline,
  )
})

test.each(['light', 'dark'] as const)(
  'every step is readable and in reach of the keyboard, in %s and small',
  async colorScheme => {
    const app = await launchApp({ isFirstStart: true })
    const { page, electron } = app
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(900, 600))
    for (const [step, heading] of ['Where should your data live?', 'Here’s your admin password'].entries()) {
      await page.getByRole('heading', { name: heading }).waitFor()
      await expectAxeFindsNothing(page)
      await app.takePicture(`first-start-${step + 1}-${colorScheme}`)
      await page.getByRole('button', { name: 'Continue' }).focus()
      await page.keyboard.press('Enter')
    }
    await page.getByRole('heading', { name: 'Who can reach it?' }).waitFor()
    await page.getByRole('group', { name: 'How people sign in from other devices' }).waitFor()
    await expectAxeFindsNothing(page)
    await app.takePicture(`first-start-3-network-${colorScheme}`)
    await page.getByLabel('Everyone on this network').focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.getByLabel('This computer only').isChecked()).toBe(true)
    await expectAxeFindsNothing(page)
    await app.takePicture(`first-start-3-${colorScheme}`)
  },
)

test('who keeps it simple lets people sign in without encryption; who says nothing does not', async () => {
  const written = async (choice?: string) => {
    const app = await launchApp({ isFirstStart: true })
    await press(app.page, 'Continue')
    await press(app.page, 'Continue')
    if (choice) await app.page.getByLabel(choice).check()
    await press(app.page, 'Start sharing')
    await app.page.getByText('Drop files or a link anywhere in this window').waitFor()
    return readFile(join(app.dataDir, 'config', 'config.toml'), 'utf8')
  }
  expect(await written()).not.toContain('allow_http_login')
  expect(await written('Keep it simple: without encryption')).toMatch(/\[tls\][^[]*allow_http_login = true/)
})

test('who closes the window half-way finds the steps and the password again', async () => {
  const first = await launchApp({ isFirstStart: true })
  await press(first.page, 'Continue')
  const answer = await first.invoke('showAdminPassword')
  const shown = String(answer.ok && answer.value)
  await first.page.getByText(shown).waitFor()
  await first.quit()

  const app = await launchApp({ isFirstStart: true, dataDir: first.dataDir, userDataDir: first.userDataDir })
  await press(app.page, 'Continue')
  await app.page.getByText(shown).waitFor()
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
  await app.takePicture('sharing-off')

  await sharing.click()
  await vi.waitFor(async () => expect(await followLink(app.port, code)).toBe('https://example.com/there'), deadline)
})

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

/** An address of this computer that is not its loopback: what the network would use. */
function findOwnAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}

async function signIn(port: number, password: string): Promise<number> {
  const body = JSON.stringify({ password })
  const headers = { 'Content-Type': 'application/json' }
  return (await fetch(`http://127.0.0.1:${port}/auth/login`, { method: 'POST', headers, body })).status
}
