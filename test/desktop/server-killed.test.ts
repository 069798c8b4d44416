import { expect, test, vi } from 'vitest'
import { createLink, deadline, followLink, launchApp } from '../helpers/app.ts'

const trouble = 'The sharing service stopped. Starting it again…'

test('a server that is killed is back within three seconds, on the same port, with its links', async () => {
  const app = await launchApp()
  const target = 'https://example.com/after'
  const code = await createLink(app, target)
  const pid = await app.serverPid()
  await app.page.evaluate(() => {
    const states: unknown[] = []
    Reflect.set(window, 'states', states)
    window.desktop?.on('statusChanged', status => states.push((status as { server: unknown }).server))
  })

  process.kill(pid, 'SIGKILL')
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 1000, interval: 5 })
  await vi.waitFor(async () => expect(await followLink(app.port, code)).toBe(target), { timeout: 3000, interval: 20 })

  // Tray and window have both said so, and both say that all is well again.
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing on'), deadline)
  expect(await app.electron.evaluate(() => globalThis.seenByTests.firstLabels)).toContain(trouble)
  expect(await app.page.evaluate(() => Reflect.get(window, 'states'))).toEqual([
    { state: 'restarting', detail: trouble },
    { state: 'running' },
  ])
})

test('the server ends with the app, even when the app is killed', async () => {
  const app = await launchApp()
  const pid = await app.serverPid()

  app.electron.process().kill('SIGKILL')

  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), deadline)
})

test('a signal ends the app and its server in order', async () => {
  const app = await launchApp()
  const pid = await app.serverPid()
  const main = app.electron.process()
  const ended = new Promise(resolve => main.once('exit', resolve))

  main.kill('SIGTERM')

  expect(await ended).toBe(0)
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), deadline)
})
