import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { expectAxeFindsNothing } from '../helpers/accessibility.ts'
import { startWeb, type Web } from '../helpers/browser.ts'
import { client, type OpenIdProvider, startOpenId } from '../helpers/openid.ts'
import type { SignedIn } from '../helpers/server.ts'

/** Signing in elsewhere, in a real browser, which has its own mind about what cookies go where. */
let web: Web
let admin: SignedIn
let openid: OpenIdProvider

beforeAll(async () => {
  web = await startWeb()
  admin = await web.server.as()
  const redirectUri = `${web.server.url}/auth/oidc/callback`
  openid = await startOpenId({ redirectUri, people: { ida: { name: 'Ida Lund', email: 'ida@example.com' } } })
})
afterAll(async () => {
  await openid.stop()
  await web.stop()
})

const use = (values: Record<string, string | boolean>) => admin.call(api.instance.update, { values })

beforeEach(() =>
  use({ 'server.public_url': web.server.url, 'oidc.issuer': '', 'oidc.client_id': '', 'oidc.auto_create': false }),
)

test('without a provider, the sign-in page and one’s settings say nothing of any', async () => {
  const page = await web.openSignedIn('/#/settings/sign-in')
  await page.getByRole('heading', { name: 'API keys' }).waitFor()
  expect(await page.getByRole('heading', { name: 'Linked accounts' }).count()).toBe(0)
  const stranger = await web.open()
  await stranger.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  expect(await stranger.getByText(/Sign in with/).count()).toBe(0)
})

describe('with an OpenID provider', () => {
  beforeEach(async () => {
    await use({ 'oidc.issuer': openid.issuer, 'oidc.client_id': client.id })
    await admin.call(api.sso.setSecret, { secret: client.secret })
  })
  const host = () => new URL(openid.issuer).host

  test('a person links their account in their settings, signs in with it, and unlinks it', async () => {
    const page = await web.openSignedIn('/#/settings/sign-in')
    await page.getByRole('button', { name: `Link an account at ${host()}` }).click()
    await page.getByPlaceholder('Enter any login').fill('ida')
    await page.getByPlaceholder('and password').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('list', { name: 'Linked accounts' }).getByText('ida@example.com').waitFor()
    expect(new URL(page.url()).hash).toBe('#/settings/sign-in')

    await page.context().clearCookies({ domain: '127.0.0.1' })
    await page.goto(`${web.server.url}/#/links`)
    await page.reload()
    await page.getByRole('link', { name: `Sign in with ${host()}` }).click()
    await page.getByRole('heading', { name: 'Links' }).waitFor()
    expect(page.url()).toBe(`${web.server.url}/#/links`)

    await page.goto(`${web.server.url}/#/settings/sign-in`)
    await page.getByRole('button', { name: 'Unlink ida@example.com' }).click()
    await page.getByRole('button', { name: 'Unlink account' }).click()
    await page.getByText('ida@example.com is unlinked').waitFor()
    await page.getByRole('list', { name: 'Linked accounts' }).waitFor({ state: 'detached' })
  })

  test('who is linked with nobody reads why, and gets back to the sign-in page', async () => {
    const page = await web.open()
    await page.getByRole('link', { name: `Sign in with ${host()}` }).click()
    await page.getByPlaceholder('Enter any login').fill('stranger')
    await page.getByPlaceholder('and password').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('No account here is linked with this one').waitFor()
    await page.getByRole('link', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Sign in to Trunk8' }).waitFor()
  })

  test('an admin sees that it is on, what to tell the provider, and whether it answers', async () => {
    const page = await web.openSignedIn('/#/security/sign-in')
    const card = page.getByRole('region', { name: 'OpenID Connect' })
    await card.getByText('On', { exact: true }).waitFor()
    await card.getByText(`${web.server.url}/auth/oidc/callback`).waitFor()
    await card.getByRole('button', { name: 'Check connection to OpenID Connect' }).click()
    await card.getByText('The provider answers, and is who it should be.').waitFor()
    await use({ 'oidc.issuer': 'http://localhost:1' })
    await card.getByRole('button', { name: 'Check connection to OpenID Connect' }).click()
    await card.getByText('localhost:1 cannot be reached.').waitFor()
  })

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ] as const)('its screens are for everybody to see and hear: %s', async (_, look) => {
    await use({ 'saml.idp_metadata_url': 'https://idp.example.com/metadata' })
    const options = { ...look, reducedMotion: 'reduce', bypassCSP: true } as const
    const stranger = await web.open('/', options)
    await stranger.getByRole('link', { name: `Sign in with ${host()}` }).waitFor()
    await expectAxeFindsNothing(stranger, 'signing in')
    const page = await web.openSignedIn('/#/security/sign-in', options)
    await page.getByRole('button', { name: 'Check connection to OpenID Connect' }).click()
    await page.getByText('who it should be').waitFor()
    await expectAxeFindsNothing(page, 'security')
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(isWide).toBe(false)
    await page.goto(`${web.server.url}/#/settings/sign-in`)
    await page.getByRole('button', { name: /^Link an account/ }).waitFor()
    await expectAxeFindsNothing(page, 'one’s settings')
    await use({ 'saml.idp_metadata_url': '' })
  })

  test('without a public address the card says who can sign in this way', async () => {
    await use({ 'server.public_url': '' })
    const page = await web.openSignedIn('/#/security/sign-in')
    await page.getByText('Only people at this computer can sign in this way').waitFor()
    await page.getByText(`http://localhost:${new URL(web.server.url).port}/auth/oidc/callback`).waitFor()
  })
})

test('the client secret is set, replaced and removed, and never shown', async () => {
  await admin.call(api.sso.removeSecret, {})
  const page = await web.openSignedIn('/#/security/sign-in')
  const card = page.getByRole('region', { name: 'OpenID Connect' })
  await card.getByText('Not set up').waitFor()
  await card.getByRole('button', { name: 'Set secret' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Keep secret' }).click()
  await dialog.getByText('Enter the client secret').waitFor()
  await dialog.getByLabel('Client secret', { exact: true }).fill('a secret of the test')
  await dialog.getByRole('button', { name: 'Keep secret' }).click()
  await card.getByText('kept, and shown to nobody').waitFor()
  expect(await page.content()).not.toContain('a secret of the test')
  await card.getByRole('button', { name: 'Replace secret' }).click()
  await page.keyboard.press('Escape')
  await card.getByRole('button', { name: 'Remove secret' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove secret' }).click()
  await card.getByRole('button', { name: 'Set secret' }).waitFor()
})

test('what is missing is named', async () => {
  await use({ 'oidc.issuer': 'https://login.example.com' })
  const page = await web.openSignedIn('/#/security/sign-in')
  await page.getByRole('region', { name: 'OpenID Connect' }).getByText('The client ID is not set').waitFor()
})
