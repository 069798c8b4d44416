import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import keytar from 'keytar'
import { expect, test } from 'vitest'
import { createLink, followLink, launchApp } from '../helpers/app.ts'

test('links, password, window and port are there again after a restart', async () => {
  const first = await launchApp()
  const password = await first.invoke('showAdminPassword')
  await first.invoke('dismissPassword')
  const code = await createLink(first, 'https://example.com/plan')
  const bounds = { x: 40, y: 50, width: 960, height: 640 }
  await first.electron.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds)
  await first.quit()

  const second = await launchApp({ dataDir: first.dataDir, userDataDir: first.userDataDir })

  expect(await second.invoke('showAdminPassword')).toEqual(password)
  expect(await second.status()).toMatchObject({ isPasswordUnseen: false, secretStore: { kind: 'keychain' } })
  expect(await followLink(first.port, code)).toBe('https://example.com/plan')
  const after = await second.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(after).toEqual(bounds)
})

test('a window that was on a screen which is gone comes back where it can be seen', async () => {
  const first = await launchApp()
  await first.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 5000, y: 4000, width: 960, height: 640 }),
  )
  await first.quit()

  const { electron } = await launchApp({ dataDir: first.dataDir, userDataDir: first.userDataDir })

  const isSeen = await electron.evaluate(({ BrowserWindow, screen }) => {
    const { x, y } = BrowserWindow.getAllWindows()[0]?.getBounds() ?? { x: -1, y: -1 }
    const { width, height } = screen.getPrimaryDisplay().workArea
    return x >= 0 && y >= 0 && x < width && y < height
  })
  expect(isSeen).toBe(true)
})

test('the admin password is in the keychain, signs in over the network, and is in no file', async () => {
  const app = await launchApp()
  const answer = await app.invoke('showAdminPassword')
  const password = String(answer.ok && answer.value)
  expect(password.length).toBeGreaterThanOrEqual(20)

  const kept = await keytar.findCredentials('Trunk8 Desktop')
  expect(kept.filter(({ account }) => account.endsWith(app.dataDir)).map(entry => entry.password)).toContain(password)
  expect(await signIn(app.port, password)).toBe(200)
  expect(await signIn(app.port, 'admin')).toBe(401)
  await app.quit()

  const secrets = kept.filter(({ account }) => account.endsWith(app.dataDir)).map(entry => entry.password)
  expect(secrets).toHaveLength(2)
  for (const folder of [app.dataDir, app.userDataDir]) expect(await findInFiles(folder, secrets)).toEqual([])
})

async function signIn(port: number, password: string): Promise<number> {
  const reply = await fetch(`http://127.0.0.1:${port}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password }),
  })
  return reply.status
}

/** Files under a folder that hold one of the texts, byte for byte. */
async function findInFiles(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path)
    if (texts.some(text => bytes.includes(text))) found.push(path)
  }
  return found
}
