import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { deadline, dropFiles, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

test('what an admin shares while acting as another user is that user’s', async () => {
  const app = await launchApp()
  expect(await createUser(app, 'alice')).toBe(201)
  await answerDialog(app, await makeFile('From the dialog.txt'))

  expect(await app.invoke('chooseFiles', { owner: 'alice' })).toMatchObject({ ok: true, value: [{ ok: true }] })
  await app.electron.evaluate(({ clipboard }) => clipboard.writeText('https://example.com/of-alice'))
  expect(await app.invoke('shareClipboard', { owner: 'alice' })).toMatchObject({ ok: true, value: [{ ok: true }] })
  await app.electron.evaluate(({ clipboard }) => clipboard.writeText('some words of hers'))
  expect(await app.invoke('shareClipboard', { owner: 'alice' })).toMatchObject({ ok: true, value: [{ ok: true }] })
  await app.electron.evaluate(({ clipboard }) => clipboard.writeText('https://example.com/of-admin'))
  expect(await app.invoke('shareClipboard')).toMatchObject({ ok: true, value: [{ ok: true }] })

  await vi.waitFor(async () => {
    const owners = await listOwners(app)
    expect(owners.filter(owner => owner === 'alice')).toHaveLength(3)
    expect(owners.filter(owner => owner === 'admin')).toHaveLength(1)
  }, deadline)
})

test('a file dropped on the window while acting as another user is that user’s', async () => {
  const app = await launchApp()
  expect(await createUser(app, 'alice')).toBe(201)
  await app.page.evaluate(() => sessionStorage.setItem('trunk8.acts-as', 'alice'))
  await app.page.reload()
  await app.page.getByText('Whatever you do here is done as alice').waitFor()

  await dropFiles(app, [await makeFile('Dropped.txt')])

  await vi.waitFor(async () => expect(await listOwners(app)).toEqual(['alice']), deadline)
})

test('a name that nobody has makes no link and no folder, whatever it looks like', async () => {
  const app = await launchApp()
  await answerDialog(app, await makeFile('note.txt'))

  for (const owner of ['nobody-of-that-name', '../admin', '__proto__']) {
    const answer = await app.invoke('chooseFiles', { owner })
    expect(answer).toMatchObject({ ok: true, value: [{ ok: false, name: 'note.txt' }] })
  }
  expect(await listOwners(app)).toEqual([])
})

async function makeFile(name: string): Promise<string> {
  const file = join(await makeFolder('drop'), name)
  await writeFile(file, 'of alice')
  return file
}

/** What a person does in the system's file dialog, which no test can click. */
async function answerDialog({ electron }: TestApp, path: string): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
  }, path)
}

async function createUser({ page }: TestApp, username: string): Promise<number> {
  return page.evaluate(async name => {
    const body = JSON.stringify({ username: name, password: 'a password of hers' })
    const headers = { 'Content-Type': 'application/json' }
    return (await fetch('/api/v1/users', { method: 'POST', headers, body })).status
  }, username)
}

/** The owner of every link there is. */
async function listOwners({ page }: TestApp): Promise<string[]> {
  return page.evaluate(async () => {
    const { items } = await (await fetch('/api/v1/links?limit=100')).json()
    return items.map((link: { owner: string }) => link.owner)
  })
}
