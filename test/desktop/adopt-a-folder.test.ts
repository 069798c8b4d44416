/** A person who has a Trunk8 folder: chosen in the system's dialog, which the tests answer, it is served where it lies. */
import { cp, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test, vi } from 'vitest'
import { deadline, findFreePort, followLink, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

const upstream = resolve(import.meta.dirname, '../fixtures/upstream-instance')
const manifest = JSON.parse(await readFile(resolve(upstream, '../upstream-manifest.json'), 'utf8'))

test('at the first start an upstream folder is adopted where it is: its links serve, its people sign in, it stays as it was', async () => {
  const folder = await copyUpstream()
  const before = await readRecords(folder)
  const port = await findFreePort()
  const app = await launchApp({ isFirstStart: true, hasNoDataDir: true, env: { TRUNK8_PORT: String(port) } })
  await answerDialog(app, folder)

  await app.page.getByRole('button', { name: 'Another place, or a Trunk8 folder…' }).click()
  await app.page.getByText(`A Trunk8 folder: 3 people, ${Object.keys(manifest.links).length} links`).waitFor()
  await app.page.getByLabel('Admin password in use there').fill(manifest.passwords.admin)
  await app.takePicture('adopt-1')
  await app.page.getByRole('button', { name: 'Continue' }).click()
  await app.page.getByText(/It’s the one that you chose/).waitFor()
  await app.page.getByText(manifest.passwords.admin).waitFor()
  await app.takePicture('adopt-2')
  await app.page.getByRole('button', { name: 'Continue' }).click()
  await app.page.getByRole('button', { name: 'Start sharing' }).click()
  await app.page.getByText('Drop files or a link anywhere in this window').waitFor()

  const isThere = { dataDir: folder, isFirstStart: false, server: { state: 'running' } }
  await vi.waitFor(async () => expect(await app.status()).toMatchObject(isThere), deadline)
  await vi.waitFor(async () => expect(await followLink(port, 'front')).toBe(manifest.links.front.url), deadline)
  expect(await download(port, 'handbook')).toBe(await assetOf(folder, 'handbook'))
  expect(await signIn(port, 'alice', manifest.passwords.alice)).toBe(200)
  expect(await signIn(port, 'admin', manifest.passwords.admin)).toBe(200)
  expect(await readRecords(folder)).toEqual(before)

  await app.quit()
  const again = await launchApp({
    userDataDir: app.userDataDir,
    hasNoDataDir: true,
    env: { TRUNK8_PORT: String(port) },
  })
  expect((await again.status()).dataDir).toBe(folder)
  expect(await signIn(port, 'admin', manifest.passwords.admin)).toBe(200)
})

test('a folder whose files are broken is not gone over to: the app goes on where it was, and says why', async () => {
  const folder = await copyUpstream()
  await writeFile(join(folder, 'users', 'users.toml'), '[users.alice\n')
  const app = await launchApp({ hasNoDataDir: true, env: { TRUNK8_PORT: String(await findFreePort()) } })
  const { dataDir } = await app.status()
  await answerDialog(app, folder)

  const token = await chooseFolder(app)
  const answer = await app.invoke('useDataFolder', { token })

  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('users.toml') } })
  await vi.waitFor(
    async () => expect(await app.status()).toMatchObject({ dataDir, server: { state: 'running' } }),
    deadline,
  )
})

test('a chosen folder that is gone is missed in words, never begun anew in its place; back again, it serves', async () => {
  const folder = await copyUpstream()
  const port = await findFreePort()
  const env = { TRUNK8_PORT: String(port) }
  const before = await launchApp({ hasNoDataDir: true, env })
  await answerDialog(before, folder)
  expect(await before.invoke('useDataFolder', { token: await chooseFolder(before) })).toMatchObject({ ok: true })
  await before.quit()
  await rename(folder, `${folder}-elsewhere`)

  const app = await launchApp({ hasNoDataDir: true, userDataDir: before.userDataDir, env })

  await app.page.getByText(/is not there. If it is on a disk that is not connected/).waitFor()
  await app.page.getByRole('button', { name: 'Use another folder…' }).waitFor()
  await app.takePicture('folder-gone')
  await expect(stat(folder)).rejects.toThrow('ENOENT')
  await rename(`${folder}-elsewhere`, folder)
  await app.page.getByRole('button', { name: 'Start it again' }).click()
  await vi.waitFor(async () => expect(await followLink(port, 'front')).toBe(manifest.links.front.url), deadline)
})

test('a folder that another Trunk8 holds is not gone over to', async () => {
  const holder = await launchApp()
  const app = await launchApp({ hasNoDataDir: true, env: { TRUNK8_PORT: String(await findFreePort()) } })
  await answerDialog(app, holder.dataDir)

  const answer = await app.invoke('useDataFolder', { token: await chooseFolder(app) })

  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(/in use by another Trunk8/) } })
})

test('what the page may not: name a path, use a folder of other things, or overrule --data-dir', async () => {
  const other = await makeFolder('other')
  await mkdir(join(other, 'Trunk8'))
  for (const path of ['letter.txt', 'Trunk8/letter.txt']) await writeFile(join(other, path), 'mine')
  const app = await launchApp({ hasNoDataDir: true, env: { TRUNK8_PORT: String(await findFreePort()) } })
  await answerDialog(app, other)

  expect(await app.invoke('useDataFolder', { token: other })).toMatchObject({ ok: false, error: { code: 'not_found' } })
  const refused = await app.invoke('useDataFolder', { token: await chooseFolder(app) })
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'not_allowed', message: expect.stringMatching(/other things/) },
  })

  const told = await launchApp()
  await answerDialog(told, await copyUpstream())
  const overruled = await told.invoke('useDataFolder', { token: await chooseFolder(told) })
  expect(overruled).toMatchObject({ ok: false, error: { message: expect.stringContaining('--data-dir') } })
  expect(await told.status()).toMatchObject({ dataDir: told.dataDir, dataDirFixedBy: '--data-dir' })
})

test('among other things Trunk8 gets a folder of its own, with a password that is told', async () => {
  const documents = await makeFolder('documents')
  await writeFile(join(documents, 'letter.txt'), 'mine')
  const app = await launchApp({ hasNoDataDir: true, env: { TRUNK8_PORT: String(await findFreePort()) } })
  await app.invoke('dismissPassword')
  await answerDialog(app, documents)

  expect(await app.invoke('useDataFolder', { token: await chooseFolder(app) })).toEqual({
    ok: true,
    value: { isPasswordNew: true },
  })

  expect(await app.status()).toMatchObject({ dataDir: join(documents, 'Trunk8'), isPasswordUnseen: true })
  expect((await stat(join(documents, 'Trunk8', 'users', 'users.toml'))).isFile()).toBe(true)
})

async function copyUpstream(): Promise<string> {
  const folder = join(await makeFolder('upstream'), 'trunk8')
  await cp(upstream, folder, { recursive: true })
  return folder
}

/** What a person does in the system's folder dialog, which no test can click. */
async function answerDialog({ electron }: TestApp, path: string): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
  }, path)
}

async function chooseFolder(app: TestApp): Promise<string> {
  const answer = await app.invoke('chooseDataFolder')
  if (!answer.ok) throw new Error(answer.error.message)
  return (answer.value as { token: string }).token
}

/** Everybody's records, but for links that have expired: those go, as with upstream. The person's choice is in config.toml. */
async function readRecords(folder: string): Promise<Record<string, unknown>> {
  const files = ['users/users.toml', ...['admin', 'alice', 'bob'].map(name => `users/${name}/links.toml`)]
  const read = async (file: string) => {
    const { users, links = {} } = parse(await readFile(join(folder, file), 'utf8')) as Records
    return [file, users ?? Object.entries(links).filter(([, row]) => !hasExpired(row))] as const
  }
  return Object.fromEntries(await Promise.all(files.map(read)))
}

interface Records {
  readonly users?: object
  readonly links?: Record<string, { expiration_date?: string }>
}

const hasExpired = ({ expiration_date }: { expiration_date?: string }): boolean =>
  expiration_date !== undefined && Date.parse(expiration_date) < Date.now()

async function assetOf(folder: string, code: string): Promise<string> {
  const { owner, path } = manifest.links[code]
  return readFile(join(folder, 'users', owner, 'assets', path), 'base64')
}

async function download(port: number, code: string): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${port}/${code}`)
  return Buffer.from(await reply.arrayBuffer()).toString('base64')
}

async function signIn(port: number, username: string, password: string): Promise<number> {
  const body = JSON.stringify({ username, password })
  const headers = { 'Content-Type': 'application/json' }
  return (await fetch(`http://127.0.0.1:${port}/auth/login`, { method: 'POST', headers, body })).status
}
