import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { dropFiles, launchApp, makeFolder } from '../helpers/app.ts'

test('quitting asks while a transfer runs; kept running, the file arrives whole', async () => {
  const app = await launchApp()
  const file = join(await makeFolder('drop'), 'Large.mov')
  const size = 2 ** 31
  const handle = await open(file, 'w')
  await handle.truncate(size)
  await handle.close()
  // Answers the system's dialog in place of a person: keep running.
  await app.electron.evaluate(({ dialog }) => {
    const asked: string[] = []
    Reflect.set(globalThis, 'asked', asked)
    dialog.showMessageBox = async (...args: unknown[]) => {
      asked.push((args[0] as Electron.MessageBoxOptions).message)
      return { response: 0, checkboxChecked: false }
    }
  })

  await dropFiles(app, [file])
  const link = await vi.waitFor(
    async () => {
      expect(await app.clipboard()).toMatch(/^http/)
      return app.clipboard()
    },
    { timeout: 15_000, interval: 5 },
  )
  await app.electron.evaluate(({ app }) => app.quit())

  expect(await app.electron.evaluate(() => Reflect.get(globalThis, 'asked'))).toEqual(['One transfer is still running'])
  await vi.waitFor(
    async () => {
      const reply = await fetch(link, { method: 'HEAD' })
      expect([reply.status, Number(reply.headers.get('content-length'))]).toEqual([200, size])
    },
    { timeout: 60_000, interval: 200 },
  )
})
