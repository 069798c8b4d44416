import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'

const password = 'the long password of ann'

let web: Web
beforeAll(async () => {
  web = await startWeb()
  const admin = await web.server.as()
  await admin.call(api.users.create, { username: 'ann', displayName: 'Ann', password })
})
afterAll(() => web.stop())

/** A browser at `localhost`, with a device that has a fingerprint reader and knows the finger. */
async function openWithDevice(isVerified = true): Promise<Page> {
  const context = await web.browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', bypassCSP: true })
  const page = await context.newPage()
  page.on('pageerror', error => errors.push(error.message))
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: isVerified, automaticPresenceSimulation: true },
    },
  })
  await page.goto(here())
  return page
}
const errors: string[] = []
const here = () => web.server.url.replace('127.0.0.1', 'localhost')

async function signInByPassword(page: Page): Promise<void> {
  await page.getByLabel('User name').fill('ann')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()
}

async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto(`${here()}/#/settings/sign-in`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add passkey' }).click()
  await dialog.getByText('Enter a name').waitFor()
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Your password').fill(password)
  await dialog.getByRole('button', { name: 'Add passkey' }).click()
}

test('a passkey is added, signs in by one press, is renamed and taken away', async () => {
  const page = await openWithDevice()
  await signInByPassword(page)
  await addPasskey(page, 'Office laptop')
  await page.getByText('Office laptop can sign you in now').waitFor()
  await page.getByText('At localhost · added').waitFor()
  await expectAxeFindsNothing(page, 'settings')

  await page.context().clearCookies()
  await page.goto(here())
  await page.reload()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('heading', { name: 'Just shared' }).waitFor()

  await page.goto(`${here()}/#/settings/sign-in`)
  await page.getByText('At localhost · used').waitFor()
  await page.getByRole('button', { name: 'Rename Office laptop' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Desk')
  await page.getByRole('dialog').getByRole('button', { name: 'Save name' }).click()
  await page.getByRole('button', { name: 'Remove Desk' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove passkey' }).click()
  await page.getByText('You have none yet.').waitFor()

  await page.context().clearCookies()
  await page.goto(here())
  await page.reload()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('This passkey does not open Trunk8').waitFor()
})

test('a device that does not know its owner adds none, and that is said', async () => {
  const page = await openWithDevice(false)
  await signInByPassword(page)
  await addPasskey(page, 'Somebody’s')
  await page.getByRole('alert').filter({ hasText: 'Nothing came of it' }).waitFor()
  expect((await (await web.server.as('ann', password)).call(api.passkeys.list, {})).items).toEqual([])
})

test('at an address nothing is offered that cannot work, and it is said where it can', async () => {
  const page = await web.openSignedIn('/#/settings/sign-in')
  await page.getByText('You can add one where Trunk8 is open in a browser over https, by its name').waitFor()
  expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
  const signedOut = await web.open()
  await signedOut.getByLabel('Password', { exact: true }).waitFor()
  expect(await signedOut.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0)
})

test('no script failed on the way', () => {
  expect([...errors, ...web.faults]).toEqual([])
})
