import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'
import {
  clickTray,
  createLink,
  deadline,
  followLink,
  hideWindow,
  launchApp,
  makeFolder,
  readTray,
  startApp,
  type TestApp,
} from '../helpers/app.ts'

test('the menu has its entries in order, and says where the links are', async () => {
  const app = await launchApp()

  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing on'), deadline)
  const { items } = await app.tray()
  expect(items.map(({ label }) => label)).toEqual([
    'Share files…',
    'Share clipboard',
    'Recent',
    'Sharing on',
    `127.0.0.1:${app.port}`,
    'Open Trunk8',
    'Quit',
  ])
  expect(items.find(({ label }) => label === 'Sharing on')).toMatchObject({ checked: true })
  expect(items.find(({ label }) => label === 'Recent')?.items).toEqual([
    { label: 'Nothing shared yet', enabled: false, checked: false },
  ])

  await app.clickTray(`127.0.0.1:${app.port}`)
  expect(await app.clipboard()).toBe(`http://127.0.0.1:${app.port}`)
})

test('the ten newest links are a click away from the clipboard', async () => {
  const app = await launchApp()
  const codes: string[] = []
  for (let i = 0; i < 12; i += 1) codes.push(await createLink(app, `https://example.com/${i}?a=1&b=2`))
  const newest = codes.at(-1) ?? ''

  const recent = await vi.waitFor(async () => {
    const found = (await app.tray()).items.find(({ label }) => label === 'Recent')?.items ?? []
    expect(found[0]?.label).toContain(newest)
    return found
  }, deadline)
  expect(recent.map(({ label }) => label)).toEqual(
    codes
      .map((code, i) => `/${code}  example.com/${i}?a=1&&b=2`)
      .slice(2)
      .reverse(),
  )

  await app.clickTray('Recent', recent[0]?.label ?? '')
  expect(await app.clipboard()).toBe(`http://127.0.0.1:${app.port}/${newest}`)
})

test('switching sharing off closes the port, and on opens it again', async () => {
  const app = await launchApp()
  const code = await createLink(app, 'https://example.com/on')
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing on'), deadline)

  await app.clickTray('Sharing on')
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing off'), deadline)
  expect(await followLink(app.port, code)).toBeUndefined()
  expect((await app.tray()).items).toContainEqual({ label: 'Sharing off', enabled: true, checked: false })

  await app.clickTray('Sharing off')
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing on'), deadline)
  expect(await followLink(app.port, code)).toBe('https://example.com/on')
})

test('an address on the clipboard becomes a redirect, and the clipboard holds its link', async () => {
  const app = await launchApp()
  await setClipboard(app, 'https://example.com/minutes?week=48')

  const link = await shareClipboard(app)

  expect(await followLink(app.port, link.code)).toBe('https://example.com/minutes?week=48')
  expect(await app.clipboard()).toBe(`http://127.0.0.1:${app.port}/${link.code}`)
  expect(link.body).toBe('https://example.com/minutes?week=48 is shared')
})

test('text on the clipboard becomes a text file', async () => {
  const app = await launchApp()
  await setClipboard(app, 'Guest Wi-Fi: blue-heron\nprinting: 2nd floor – naïve')

  const link = await shareClipboard(app)

  const reply = await fetch(`http://127.0.0.1:${app.port}/${link.code}`)
  expect(await reply.text()).toBe('Guest Wi-Fi: blue-heron\nprinting: 2nd floor – naïve')
  expect(link.body).toMatch(/^Clipboard \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.txt is shared$/)
})

test('a picture on the clipboard becomes a PNG file', async () => {
  const app = await launchApp()
  await app.electron.evaluate(({ clipboard, nativeImage }) => {
    const picture = nativeImage.createFromBitmap(Buffer.alloc(16 * 16 * 4, 0xff), { width: 16, height: 16 })
    Reflect.get(clipboard, 'writeImage').call(clipboard, picture)
  })

  const link = await shareClipboard(app)

  const reply = await fetch(`http://127.0.0.1:${app.port}/${link.code}`)
  expect(
    Buffer.from(await reply.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  expect(link.body).toMatch(/^Screenshot .+\.png is shared$/)
})

test('copied files become links to those files', async () => {
  const app = await launchApp()
  const folder = await makeFolder('copied')
  const files = [join(folder, 'Floor plan – 3rd.txt'), join(folder, 'b%20.txt')]
  for (const file of files) await writeFile(file, file)
  await app.electron.evaluate(
    ({ clipboard }, text) =>
      Reflect.get(clipboard, 'writeBuffer').call(clipboard, 'x-special/gnome-copied-files', Buffer.from(text)),
    `copy\n${files.map(file => pathToFileURL(file)).join('\n')}`,
  )

  const link = await shareClipboard(app)

  expect(link.body).toBe('2 files are shared')
  expect(await (await fetch(`http://127.0.0.1:${app.port}/${link.code}`)).text()).toBe(files[1])
})

test('an empty clipboard is said to be empty', async () => {
  const app = await launchApp()
  await app.electron.evaluate(({ clipboard }) => clipboard.clear())
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing on'), deadline)

  await hideWindow(app)
  await app.clickTray('Share clipboard')

  await vi.waitFor(async () => expect(await app.notifications()).toHaveLength(1), deadline)
  expect((await app.notifications())[0]).toEqual({
    title: 'The clipboard is not shared',
    body: 'The clipboard is empty',
  })
})

test('closing the window leaves the tray running and says so once; the tray brings the window back', async () => {
  const app = await launchApp()
  const code = await createLink(app, 'https://example.com/closed')

  for (let i = 0; i < 2; i += 1) {
    const window = app.electron.windows()[0]
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await vi.waitFor(() => expect(window?.isClosed()).toBe(true), deadline)
    expect(await followLink(app.port, code)).toBe('https://example.com/closed')
    const opened = app.electron.waitForEvent('window')
    await app.clickTray('Open Trunk8')
    await opened
  }

  expect((await app.notifications()).map(({ title }) => title)).toEqual(['Trunk8 is still running'])
})

test('an app that is started for the tray shows no window until it is asked for', async () => {
  const { electron } = await startApp({ args: ['--hidden'] })

  await vi.waitFor(async () => expect((await readTray(electron)).tooltip).toContain('sharing on'), deadline)
  expect(electron.windows()).toHaveLength(0)

  const opened = electron.waitForEvent('window')
  await clickTray(electron, ['Open Trunk8'])
  await (await opened).getByRole('region', { name: 'Share something' }).waitFor()
})

async function setClipboard({ electron }: TestApp, text: string): Promise<void> {
  await electron.evaluate(({ clipboard }, value) => clipboard.writeText(value), text)
}

/** Clicks the entry and waits for the notification: what it says, and the code in it. */
async function shareClipboard(app: TestApp): Promise<{ code: string; body: string }> {
  await vi.waitFor(async () => expect((await app.tray()).tooltip).toContain('sharing on'), deadline)
  await hideWindow(app)
  await app.clickTray('Share clipboard')
  const [notice] = await vi.waitFor(async () => {
    const all = await app.notifications()
    expect(all).toHaveLength(1)
    return all
  }, deadline)
  return { code: /^Link copied: \/(.+)$/.exec(notice?.title ?? '')?.[1] ?? '', body: notice?.body ?? '' }
}
