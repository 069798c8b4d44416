import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { deadline, findElectron, launchApp, listArguments, type TestApp } from '../helpers/app.ts'

test('a second start ends at once and brings the window of the first to the front', async () => {
  const app = await launchApp()
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await vi.waitFor(async () => expect(await countWindows(app)).toBe(0), deadline)

  expect(await startAgain(app, ['--hidden'])).toBe(0)
  expect(await countWindows(app)).toBe(0)

  const opened = app.electron.waitForEvent('window')
  expect(await startAgain(app, [])).toBe(0)
  await opened
  expect(await countWindows(app)).toBe(1)
})

test('two apps on two folders run side by side; a second one on the same data folder is refused in words', async () => {
  const first = await launchApp()
  const beside = await launchApp()
  const intruder = await launchApp({ dataDir: first.dataDir })

  expect((await first.status()).server).toEqual({ state: 'running' })
  expect((await beside.status()).server).toEqual({ state: 'running' })
  expect((await intruder.status()).server).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/already|another/i),
  })
  expect((await intruder.tray()).items[0]).toMatchObject({
    enabled: false,
    label: expect.stringMatching(/already|another/i),
  })
})

/** → the exit code. */
function startAgain({ userDataDir, dataDir }: TestApp, args: readonly string[]): Promise<number | null> {
  const root = resolve(import.meta.dirname, '../..')
  const child = spawn(findElectron(), [...listArguments(userDataDir, dataDir), ...args, root], { stdio: 'ignore' })
  return new Promise(done => child.once('exit', done))
}

const countWindows = ({ electron }: TestApp): Promise<number> =>
  electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
