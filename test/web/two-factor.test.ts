import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { appCode, setUpSecondStep } from '../helpers/second-step.ts'

const passwordOf = (name: string) => `the long password of ${name}`

let web: Web
beforeAll(async () => {
  web = await startWeb({ owner: true })
  const admin = await web.server.as()
  for (const username of ['ann', 'bob', 'carl', 'dora']) {
    await admin.call(api.users.create, { username, password: passwordOf(username) })
  }
})
afterAll(() => web.stop())

async function openAt(name: string, path = '/', options = {}): Promise<Page> {
  const page = await web.open(path, { bypassCSP: false, ...options })
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(passwordOf(name))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  return page
}
const isHome = (page: Page) => page.getByRole('heading', { name: 'Just shared' }).waitFor()

async function readSecret(page: Page): Promise<string> {
  const text = await page.locator('output').first().textContent()
  return text?.replaceAll(/\s/g, '') ?? ''
}

test('a second step is set up with the app, and its recovery codes are shown once', async () => {
  const page = await openAt('ann')
  await isHome(page)
  await page.goto(`${web.server.url}/#/settings/sign-in`)
  await page.getByRole('button', { name: 'Set up' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByText('Enter your password').waitFor()
  await dialog.getByLabel('Your password').fill('not the one')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByText('That’s not your present password').waitFor()
  await dialog.getByLabel('Your password').fill(passwordOf('ann'))
  await dialog.getByRole('button', { name: 'Go on' }).click()
  const picture = dialog.getByRole('img', { name: 'QR code for your authenticator app' })
  await expect.poll(() => picture.evaluate(it => (it as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  const secret = await readSecret(page)
  const shown = dialog.getByLabel('The code that the app shows')
  expect(await shown.evaluate(it => it === document.activeElement)).toBe(true)
  await dialog.getByLabel('The code that the app shows').fill('000000')
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  await dialog.getByText('That’s not what the app shows now').waitFor()
  await dialog.getByLabel('The code that the app shows').fill(appCode(secret))
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  await dialog.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
  expect(await dialog.getByRole('listitem').count()).toBe(10)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes left').waitFor()
  await page.getByText('On', { exact: true }).waitFor()
})

test('whoever is asked about meanwhile by the id that the session had before stays signed in, and sees the codes', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'gus', password: passwordOf('gus') })
  const page = await openAt('gus')
  await isHome(page)
  await page.goto(`${web.server.url}/#/settings/sign-in`)
  await page.getByRole('button', { name: 'Set up' }).click()
  await page.getByLabel('Your password').fill(passwordOf('gus'))
  await page.getByRole('button', { name: 'Go on' }).click()
  const code = page.getByLabel('The code that the app shows')
  await code.waitFor()
  const asked = new Promise<void>(resolve => {
    // As the server answers what comes by the old id: the new one is on its way to the browser.
    const refuse = (route: Route) => {
      const problem = { type: 'x', title: 'x', status: 401, detail: 'Sign in first', code: 'sign_in_required' }
      resolve()
      return route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify(problem) })
    }
    void page.route(`**${api.sessions.get.path}`, refuse, { times: 1 })
  })
  await page.route(`**${api.twoFactor.confirm.path}`, async route => {
    if (route.request().method() !== api.twoFactor.confirm.method) return route.continue()
    await admin.call(api.instance.update, { values: { 'server.name': 'Elsewhere' } })
    await asked
    return route.continue()
  })
  await code.fill(appCode(await readSecret(page)))
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
  expect(await page.getByRole('heading', { name: /^Sign in/ }).count()).toBe(0)
})

test('signing in asks for the code, which sends itself, says when it is wrong, and takes a recovery code', async () => {
  const { nextCode, recoveryCodes } = await setUpSecondStep(
    await web.server.as('bob', passwordOf('bob')),
    passwordOf('bob'),
  )
  const page = await openAt('bob')
  const code = page.getByLabel('Code', { exact: true })
  await code.waitFor()
  expect(await code.evaluate(it => it === document.activeElement)).toBe(true)
  expect([await code.getAttribute('autocomplete'), await code.getAttribute('inputmode')]).toEqual([
    'one-time-code',
    'numeric',
  ])
  await code.pressSequentially('000000')
  await page.getByText('That’s not it').waitFor()
  expect(await code.inputValue()).toBe('')
  // As a phone's clipboard has it.
  await code.fill(nextCode().replace(/(...)/, '$1 '))
  await isHome(page)

  const other = await openAt('bob')
  await other.getByRole('button', { name: 'Use a recovery code' }).click()
  await other.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '')
  await other.getByRole('button', { name: 'Sign in', exact: true }).click()
  await isHome(other)

  const third = await openAt('bob')
  await third.getByLabel('Code', { exact: true }).waitFor()
  await third.getByRole('button', { name: 'Back' }).click()
  await third.getByLabel('Password', { exact: true }).waitFor()
})

test('after five wrong codes one begins again, and is told why', async () => {
  await setUpSecondStep(await web.server.as('carl', passwordOf('carl')), passwordOf('carl'))
  const page = await openAt('carl')
  const code = page.getByLabel('Code', { exact: true })
  for (let round = 0; round < 6; round += 1) {
    const answered = page.waitForResponse(it => it.url().endsWith('/auth/login'))
    await code.fill(`00000${round}`)
    await answered
    if (round < 5) await expect.poll(() => code.inputValue()).toBe('')
  }
  await page.getByText('This took too long. Enter your password again').waitFor()
  await page.getByLabel('Password', { exact: true }).waitFor()
})

test('new recovery codes and switching it off take the password and a code', async () => {
  const dora = await web.server.as('dora', passwordOf('dora'))
  const { recoveryCodes } = await setUpSecondStep(dora, passwordOf('dora'))
  const page = await openAt('dora', '/')
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await isHome(page)
  await page.goto(`${web.server.url}/#/settings/sign-in`)
  await page.getByText('9 recovery codes left').waitFor()
  await page.getByRole('button', { name: 'New recovery codes' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make new codes' }).click()
  await dialog.getByText('Enter your password').waitFor()
  await dialog.getByLabel('Your password').fill(passwordOf('dora'))
  await dialog.getByLabel('A code of the app, or a recovery code').fill(recoveryCodes[1] ?? '')
  await dialog.getByRole('button', { name: 'Make new codes' }).click()
  await dialog.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor()
  const fresh = (await dialog.getByRole('listitem').first().textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes left').waitFor()

  await page.getByRole('button', { name: 'Switch off' }).click()
  await dialog.getByLabel('Your password').fill(passwordOf('dora'))
  await dialog.getByLabel('A code of the app, or a recovery code').fill(fresh)
  await dialog.getByRole('button', { name: 'Switch off' }).click()
  await page.getByText('Your second step is off').waitFor()
  await page.getByRole('button', { name: 'Set up' }).waitFor()
})

test('whoever has to set one up sees nothing else until they have, on a phone as well', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'erin', password: passwordOf('erin') })
  const phone = { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce', bypassCSP: true } as const
  const page = await openAt('erin', '/', phone)
  await isHome(page)
  await web.server.desktop.call(api.instance.update, { values: { 'passwords.require_2fa': 'all' } })
  try {
    await page.getByRole('heading', { name: 'Set up a second step' }).waitFor()
    expect(await page.getByRole('link').count()).toBe(0)
    await page.getByLabel('Your password').fill(passwordOf('erin'))
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('heading', { name: 'Add Trunk8 to your app' }).waitFor()
    const spill = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(spill).toBeLessThanOrEqual(0)
    await expectAxeFindsNothing(page, 'setting up')
    await page.getByLabel('The code that the app shows').fill(appCode(await readSecret(page)))
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await isHome(page)
  } finally {
    await web.server.desktop.call(api.instance.update, { values: { 'passwords.require_2fa': 'off' } })
  }
})

test('an admin sees who has a second step, and takes it away for who has lost their phone', async () => {
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'fay', password: passwordOf('fay') })
  await setUpSecondStep(await web.server.as('fay', passwordOf('fay')), passwordOf('fay'))
  const page = await web.openSignedIn('/#/people/fay')
  const panel = page.getByRole('complementary', { name: 'User fay' })
  await panel.getByText('Second step').waitFor()
  await panel.getByRole('button', { name: 'Reset sign-in' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('This takes away a second step').waitFor()
  await dialog.getByRole('button', { name: 'Reset', exact: true }).click()
  await page.getByText('fay signs in with the password alone now').waitFor()
  await expect.poll(() => panel.getByRole('button', { name: 'Reset sign-in' }).count()).toBe(0)
  await web.server.as('fay', passwordOf('fay'))
})

test('none of this left the origin or broke the page’s security policy', () => {
  expect(web.faults).toEqual([])
})
