/** Another admin password, set in the window: the real keychain has it before it counts, and it is there after a restart. */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import keytar from 'keytar'
import { expect, test, vi } from 'vitest'
import {
  deadline,
  findElectron,
  findFreePort,
  launchApp,
  listArguments,
  makeDataDir,
  makeFolder,
  type TestApp,
} from '../helpers/app.ts'

const root = resolve(import.meta.dirname, '../..')

const chosen = 'a whole sentence of mine'

test('a password chosen at the first start is in the keychain, signs in, and is the one after a restart', async () => {
  const app = await launchApp({ isFirstStart: true })
  const { page } = app
  const made = await showPassword(app)
  await press(app, 'Continue')
  await press(app, 'Choose my own')
  await page.getByLabel('New admin password').fill('short')
  await press(app, 'Use this password')
  await page.getByText(/12 characters/).waitFor()
  await app.takePicture('choose-password')
  await page.getByLabel('New admin password').fill(chosen)
  await press(app, 'Use this password')
  await page.getByText('It’s the one that you chose').waitFor()
  await page.getByText(chosen).waitFor()

  expect(await showPassword(app)).toBe(chosen)
  expect(await signIn(app.port, chosen)).toBe(200)
  expect(await signIn(app.port, made)).toBe(401)
  const kept = await keytar.findCredentials('Trunk8 Desktop')
  const ours = kept.filter(({ account }) => account === `admin password of ${app.dataDir}`)
  expect(ours.map(({ password }) => password)).toEqual([chosen])
  await app.quit()

  const again = await launchApp({ dataDir: app.dataDir, userDataDir: app.userDataDir })
  expect(await showPassword(again)).toBe(chosen)
  expect(await signIn(again.port, chosen)).toBe(200)
})

test('at the first start another password can be made, as often as one likes; the last one counts', async () => {
  const app = await launchApp({ isFirstStart: true })
  const made = await showPassword(app)
  await press(app, 'Continue')
  const output = app.page.locator('output')
  await vi.waitFor(async () => expect(await output.textContent()).toBe(made), deadline)

  await press(app, 'Make another')

  await vi.waitFor(async () => expect(await output.textContent()).not.toBe(made), deadline)
  const shown = (await output.textContent()) ?? ''
  expect(shown).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/)
  expect(await signIn(app.port, shown)).toBe(200)
  expect(await signIn(app.port, made)).toBe(401)
  await app.takePicture('make-another')
})

test('without a keychain a chosen password is in the file, and counts more than an older one when the keychain is back', async () => {
  const first = await launchApp()
  const older = await showPassword(first)
  await first.quit()
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }
  const without = await launchApp({ dataDir: first.dataDir, userDataDir: first.userDataDir, env })
  expect(await changePassword(without, chosen)).toBe(204)
  expect(await showPassword(without)).toBe(chosen)
  await without.quit()

  const again = await launchApp({ dataDir: first.dataDir, userDataDir: first.userDataDir })
  expect((await again.status()).secretStore).toEqual({ kind: 'keychain' })
  expect(await showPassword(again)).toBe(chosen)
  expect(await signIn(again.port, older)).toBe(401)
  expect(await signIn(again.port, chosen)).toBe(200)
})

test('a password that the keychain does not take does not count: the old one stays', async () => {
  const app = await launchApp()
  const old = await showPassword(app)
  // From here on the keychain's process finds no bus.
  await app.electron.evaluate(() => {
    process.env.DBUS_SESSION_BUS_ADDRESS = 'unix:path=/nonexistent/bus'
  })

  expect(await changePassword(app, chosen)).toBe(503)

  expect(await showPassword(app)).toBe(old)
  expect(await signIn(app.port, old)).toBe(200)
  expect(await signIn(app.port, chosen)).toBe(401)
})

test('a password from the environment counts for this run, cannot be changed here, and is written nowhere', async () => {
  const env = { TRUNK8_ADMIN_PASSWORD: 'from the environment', TRUNK8_SECRET_KEY: 'k'.repeat(40) }
  const app = await launchApp({ env })

  expect(await app.status()).toMatchObject({ passwordFixedBy: 'TRUNK8_ADMIN_PASSWORD', isPasswordUnseen: false })
  expect(await signIn(app.port, env.TRUNK8_ADMIN_PASSWORD)).toBe(200)
  expect(await changePassword(app, chosen)).toBeGreaterThanOrEqual(400)
  const seen = await app.electron.evaluate(() => [process.env.TRUNK8_ADMIN_PASSWORD, process.env.TRUNK8_SECRET_KEY])
  expect(seen).toEqual([undefined, undefined])
  const kept = await keytar.findCredentials('Trunk8 Desktop')
  expect(kept.map(({ password }) => password)).not.toContain(env.TRUNK8_ADMIN_PASSWORD)
  await app.quit()

  const without = await launchApp({ dataDir: app.dataDir, userDataDir: app.userDataDir })
  expect(await signIn(without.port, env.TRUNK8_ADMIN_PASSWORD)).toBe(401)
  expect(await without.status()).toMatchObject({ isPasswordUnseen: true })
})

test('an environment that makes no sense is refused in words', async () => {
  const args = [...listArguments(await makeFolder('user'), await makeDataDir(await findFreePort())), root]
  const child = spawn(findElectron(), args, { env: { ...process.env, TRUNK8_PORT: 'eighty' } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (said += text))
  const ended = new Promise(done => child.once('exit', done))
  try {
    // It waits behind a dialog of the system until somebody has read that.
    await vi.waitFor(() => expect(said).toMatch(/Trunk8 could not start: .*TRUNK8_PORT: Enter a number/), deadline)
  } finally {
    child.kill('SIGKILL')
    await ended
  }
})

const press = ({ page }: TestApp, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

async function showPassword(app: TestApp): Promise<string> {
  const answer = await app.invoke('showAdminPassword')
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.value as string
}

/** As the page does → the status of the answer. */
async function changePassword({ page }: TestApp, next: string): Promise<number> {
  return page.evaluate(async password => {
    const body = JSON.stringify({ next: password })
    const headers = { 'Content-Type': 'application/json' }
    return (await fetch('/api/v1/me/password', { method: 'POST', headers, body })).status
  }, next)
}

async function signIn(port: number, password: string): Promise<number> {
  const body = JSON.stringify({ password })
  const headers = { 'Content-Type': 'application/json' }
  const reply = await vi.waitFor(
    () => fetch(`http://127.0.0.1:${port}/auth/login`, { method: 'POST', headers, body }),
    deadline,
  )
  return reply.status
}
