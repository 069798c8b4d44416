/** Backups between the window and this computer’s folders; the dialogs of the system are answered by the test. */
import { cp, readdir, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createLink, deadline, launchApp, makeFolder, type TestApp } from '../helpers/app.ts'

test('a backup is saved where the person says, comes back in, and is restored', async () => {
  const app = await launchApp()
  await createLink(app, 'https://example.com/kept')
  const name = await makeBackup(app)
  const file = join(await makeFolder('saved'), 'My backup.zip')
  await answerSaveDialog(app, file)

  expect(await app.invoke('saveBackup', { name })).toEqual({ ok: true, value: file })

  expect((await stat(file)).size).toBeGreaterThan(100)
  await answerOpenDialog(app, file)
  const chosen = await app.invoke('chooseBackup')
  expect(chosen).toEqual({ ok: true, value: { upload: expect.any(String), name: 'My backup.zip' } })
  const { upload } = (chosen.ok ? chosen.value : {}) as { upload: string }
  const report = await restore(app, { upload, dryRun: true })
  expect(report).toMatchObject({ users: [{ username: 'admin', unchanged: [expect.any(String)] }] })
})

test('a backup that upstream made is taken in', async () => {
  const app = await launchApp()
  const file = join(await makeFolder('upstream'), 'trunk8_backup_admin.zip')
  await cp(resolve(import.meta.dirname, '../fixtures/trunk8_backup_admin.zip'), file)
  await answerOpenDialog(app, file)

  const chosen = await app.invoke('chooseBackup')
  const { upload } = (chosen.ok ? chosen.value : {}) as { upload: string }

  expect(await restore(app, { upload, dryRun: true })).toMatchObject({ users: [{ username: 'admin' }] })
})

test('who closes the dialog gets nothing, and a backup of no such name saves nothing', async () => {
  const app = await launchApp()
  await answerOpenDialog(app, undefined)
  await answerSaveDialog(app, undefined)
  expect(await app.invoke('chooseBackup')).toEqual({ ok: true, value: null })
  expect(await app.invoke('saveBackup', { name: 'any.zip' })).toEqual({ ok: true, value: null })

  const folder = await makeFolder('saved')
  await answerSaveDialog(app, join(folder, 'any.zip'))
  expect(await app.invoke('saveBackup', { name: 'no-such.zip' })).toMatchObject({ ok: false })
  expect(await readdir(folder)).toEqual([])
  await writeFile(join(folder, 'letter.zip'), 'no zip at all')
  await answerOpenDialog(app, join(folder, 'letter.zip'))
  const taken = await app.invoke('chooseBackup')
  const { upload } = (taken.ok ? (taken.value as { upload: string }) : { upload: '' }) as { upload: string }
  if (taken.ok) expect(await restore(app, { upload, dryRun: true })).toMatchObject({ code: 'bad_backup' })
  else expect(taken.error.code).toBe('bad_backup')
})

/** → its name, once it lies in the backup folder. */
async function makeBackup(app: TestApp): Promise<string> {
  await post(app, '/api/v1/backups/stored', {})
  return vi.waitFor(async () => {
    const list = (await app.page.evaluate(async () => (await fetch('/api/v1/backups')).json())) as {
      items: { name: string }[]
    }
    expect(list.items).toHaveLength(1)
    return list.items[0]?.name ?? ''
  }, deadline)
}

const restore = (app: TestApp, body: object): Promise<unknown> => post(app, '/api/v1/backups/restore', body)

async function post({ page }: TestApp, path: string, body: object): Promise<unknown> {
  return page.evaluate(
    async ([path, text]) => {
      const headers = { 'Content-Type': 'application/json' }
      return (await fetch(path as string, { method: 'POST', headers, body: text as string })).json()
    },
    [path, JSON.stringify(body)],
  )
}

async function answerSaveDialog({ electron }: TestApp, path: string | undefined): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: filePath === '', filePath })
  }, path ?? '')
}

async function answerOpenDialog({ electron }: TestApp, path: string | undefined): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: filePath === '', filePaths: filePath === '' ? [] : [filePath] })
  }, path ?? '')
}
