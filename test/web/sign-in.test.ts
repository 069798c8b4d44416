import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { signIn, startWeb, type Web } from '../helpers/browser.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

test('a wrong password is refused in plain words, and the right one opens the app', async () => {
  const page = await web.open()
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('not the one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('That’s not it. Check the name and the password').waitFor()
  expect(await password.getAttribute('aria-invalid')).toBe('true')

  await password.fill('')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Enter the password').waitFor()

  await signIn(page, web.server.adminPassword)
  await page.getByRole('button', { name: 'Choose files…' }).waitFor()
})

test('the password can be looked at before it is sent', async () => {
  const page = await web.open()
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('let me see')
  await page.getByRole('button', { name: 'Show password' }).click()
  expect(await password.getAttribute('type')).toBe('text')
})

test('a session outlives the browser only where the person asked for it', async () => {
  const page = await web.openSignedIn()
  expect((await page.context().cookies())[0]?.expires).toBe(-1)

  const kept = await web.open()
  await kept.getByLabel('Keep me signed in on this device').check()
  await signIn(kept, web.server.adminPassword)
  expect((await kept.context().cookies())[0]?.expires).toBeGreaterThan(Date.now() / 1000)
})

test('signing out ends the session on the server as well', async () => {
  const page = await web.openSignedIn()
  const [cookie] = await page.context().cookies()
  await page.getByRole('button', { name: 'Administrator' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Trunk8' }).waitFor()

  const reply = await web.server.fetch(api.sessions.get.path, {
    headers: { Cookie: `${cookie?.name}=${cookie?.value}` },
  })
  expect(reply.status).toBe(401)
})

test('whose session ended elsewhere gets the sign-in page, not an error', async () => {
  const page = await web.openSignedIn()
  await page.context().clearCookies()
  await page.getByRole('link', { name: 'All links' }).click()
  await page.getByRole('heading', { name: 'Sign in to Trunk8' }).waitFor()
})
