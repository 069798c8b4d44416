/** The secret key that an admin replaces is in the keychain, and is the one that the next start uses. */
import { expect, test } from 'vitest'
import { launchApp, type TestApp } from '../helpers/app.ts'

test('a replaced secret key signs everybody out once, and a restart nobody', async () => {
  const first = await launchApp()
  const before = await signIn(first)
  const headers = { 'Content-Type': 'application/json', Cookie: before.cookie, 'X-Trunk8-CSRF': before.csrfToken }
  const body = JSON.stringify({ confirm: true })
  const replaced = await fetch(`${urlOf(first)}/api/v1/secret-key/replace`, { method: 'POST', headers, body })
  expect(replaced.status).toBe(204)
  expect(await isIn(first, before.cookie)).toBe(false)
  const { cookie } = await signIn(first)
  await first.quit()

  const second = await launchApp({ dataDir: first.dataDir, userDataDir: first.userDataDir })
  expect((await second.status()).secretStore).toEqual({ kind: 'keychain' })
  expect(await isIn(second, cookie)).toBe(true)
})

const urlOf = ({ port }: TestApp) => `http://127.0.0.1:${port}`

async function signIn(app: TestApp): Promise<{ cookie: string; csrfToken: string }> {
  const answer = await app.invoke('showAdminPassword')
  if (!answer.ok) throw new Error('The app does not tell the password')
  const body = JSON.stringify({ password: answer.value, remember: true })
  const headers = { 'Content-Type': 'application/json' }
  const reply = await fetch(`${urlOf(app)}/auth/login`, { method: 'POST', headers, body })
  const { csrfToken } = (await reply.json()) as { csrfToken: string }
  return { csrfToken, cookie: reply.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' }
}

const isIn = async (app: TestApp, cookie: string): Promise<boolean> =>
  (await fetch(`${urlOf(app)}/api/v1/session`, { headers: { Cookie: cookie } })).status === 200
