import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWeb, type Web } from '../helpers/browser.ts'
import { soon, usersToml } from '../helpers/files.ts'

let web: Web
beforeAll(async () => {
  web = await startWeb({ owner: true, files: { 'users/users.toml': usersToml({ ann: 'password of ann' }) } })
})
afterAll(() => web.stop())

const agents = {
  phone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1',
  desk: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
}

/** Signs in as another browser → its cookie. */
async function signInBy(agent: keyof typeof agents, username: string, password: string): Promise<string> {
  const reply = await web.server.send({
    ...{ method: 'POST', path: '/auth/login', from: '127.0.0.66', isSecure: true },
    headers: { 'Content-Type': 'application/json', 'User-Agent': agents[agent] },
    body: JSON.stringify({ username, password }),
  })
  return reply.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
}
const isIn = async (Cookie: string) =>
  (await web.server.send({ path: '/api/v1/session', isSecure: true, headers: { Cookie } })).status === 200

test('one sees where one is signed in, and signs out there without losing this browser', async () => {
  const phone = await signInBy('phone', '', web.server.adminPassword)
  const page = await web.openSignedIn('/#/settings/sign-in')
  const list = page.getByRole('list', { name: 'Where you are signed in' })
  await list.getByRole('listitem').filter({ hasText: 'Safari on iPhone' }).filter({ hasText: '127.0.0.66' }).waitFor()
  const own = list.getByRole('listitem').filter({ hasText: 'This browser' })
  expect(await own.getByRole('button').count()).toBe(0)

  await list.getByRole('button', { name: 'Sign out Safari on iPhone at 127.0.0.66' }).click()
  await page.getByText('Safari on iPhone is signed out').waitFor()
  await expect.poll(() => isIn(phone), soon).toBe(false)
  await expect.poll(() => list.getByRole('listitem').count(), soon).toBe(1)

  // Another one that comes in is there without asking, and all of them go at one click.
  const cookies = [
    await signInBy('phone', '', web.server.adminPassword),
    await signInBy('desk', '', web.server.adminPassword),
  ]
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect.poll(() => list.getByRole('listitem').count(), soon).toBe(1)
  expect(await Promise.all(cookies.map(isIn))).toEqual([false, false])
  await page.reload()
  await own.waitFor()
})

test('an admin sees where a person is signed in, and signs them out everywhere', async () => {
  const cookies = [await signInBy('phone', 'ann', 'password of ann'), await signInBy('desk', 'ann', 'password of ann')]
  const page = await web.openSignedIn('/#/people/ann')
  await page.getByRole('button', { name: 'Where they are signed in' }).click()
  const dialog = page.getByRole('dialog', { name: 'Where ann is signed in' })
  await dialog.getByText('Firefox on Windows').waitFor()
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
  await dialog.getByText('In no browser now').waitFor()
  expect(await Promise.all(cookies.map(isIn))).toEqual([false, false])
})

test('an admin replaces the secret key after being told what it does, and signs in again', async () => {
  const page = await web.openSignedIn('/#/security/sign-in')
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Replace the secret key?' })
  await dialog.getByText('Everybody is signed out in every browser, you too.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.reload()
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  await dialog.getByRole('button', { name: 'Replace and sign out' }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await page.getByLabel('Password', { exact: true }).fill(web.server.adminPassword)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Security' }).waitFor()
})

test('an admin password that anybody can guess is told of on the first screen, with the way out', async () => {
  const weak = await startWeb({ adminPassword: 'password2026!', listen: { host: '0.0.0.0' } })
  try {
    const page = await weak.openSignedIn('/')
    await page.getByText('Only this computer can come in for now').waitFor()
    await page.getByText(/The admin password is one that everybody tries first/).waitFor()
    await page.getByRole('link', { name: 'Your password' }).click()
    await page.getByRole('heading', { name: 'Password' }).waitFor()
    expect(weak.faults).toEqual([])
  } finally {
    await weak.stop()
  }
})

test('nothing of it breaks what the page is held to', () => {
  expect(web.faults).toEqual([])
})
