/** What a page that has gone bad could try, tried in the real window. */
import { execFile } from 'node:child_process'
import { constants, copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createLink, findElectron, launchApp, makeFolder } from '../helpers/app.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')

test('the page has no Node and exactly three functions of the desktop', async () => {
  const { page, electron } = await launchApp()

  const found = await page.evaluate(() => ({
    node: [
      typeof Reflect.get(window, 'require'),
      typeof Reflect.get(window, 'process'),
      typeof Reflect.get(window, 'module'),
    ],
    bridge: Object.keys(window.desktop ?? {}).sort(),
  }))
  expect(found).toEqual({ node: ['undefined', 'undefined', 'undefined'], bridge: ['invoke', 'on', 'shareFiles'] })

  const preferences = await electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    return (contents as unknown as { getLastWebPreferences(): unknown }).getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
  })
})

test('the page runs no script but its own and reaches nothing but its own origin', async () => {
  const { page } = await launchApp()

  const tried = await page.evaluate(async () => {
    // In a task of its own: what a debugger evaluates may evaluate as well.
    const outcome = (action: () => unknown) =>
      new Promise(later => setTimeout(later)).then(action).then(
        value => `went through: ${String(value)}`,
        error => error.constructor.name as string,
      )
    const button = document.createElement('button')
    return {
      inlineScript: await outcome(() => {
        document.createElement('script').textContent = '1'
      }),
      inlineHandler: await outcome(() => button.setAttribute('onclick', '1')),
      eval: await outcome(() => Reflect.get(window, 'eval')('1')),
      html: await outcome(() => {
        document.createElement('div').innerHTML = '<b>x</b>'
      }),
      http: await outcome(() => fetch('http://127.0.0.1:9/')),
      https: await outcome(() => fetch('https://example.com/')),
      file: await outcome(() => fetch('file:///etc/passwd')),
      otherHost: await outcome(() => fetch('app://elsewhere/')),
      webview: document.createElement('webview').constructor.name,
    }
  })

  expect(tried).toEqual({
    inlineScript: 'TypeError',
    inlineHandler: 'TypeError',
    eval: 'EvalError',
    html: 'TypeError',
    http: 'TypeError',
    https: 'TypeError',
    file: 'TypeError',
    otherHost: 'TypeError',
    webview: 'HTMLElement',
  })
})

test('the window cannot be led elsewhere, opens no other and gets no permission', async () => {
  const { page, electron } = await launchApp()
  const before = page.url()

  for (const address of ['https://example.com/', 'file:///etc/passwd', 'app://trunk8/api/v1/session']) {
    expect(await page.evaluate(target => window.open(target) === null, address)).toBe(true)
    await page.evaluate(target => {
      location.href = target
    }, address)
    await page.evaluate(target => {
      const link = document.createElement('a')
      link.href = target
      document.body.append(link)
      link.click()
    }, address)
  }
  const permissions = await page.evaluate(async () => ({
    notification: await Notification.requestPermission(),
    clipboard: await navigator.clipboard.readText().then(
      () => 'read',
      error => error.name as string,
    ),
    microphone: await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'open',
      error => error.name as string,
    ),
    place: (await navigator.permissions.query({ name: 'geolocation' })).state,
  }))

  expect(page.url()).toBe(before)
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  expect(permissions).toEqual({
    notification: 'denied',
    clipboard: 'NotAllowedError',
    microphone: expect.stringMatching(/NotAllowedError|NotFoundError/),
    place: 'denied',
  })
})

test('the page’s origin serves the interface and nothing beside it', async () => {
  const { page } = await launchApp()
  const read = (path: string) => page.evaluate(async target => (await fetch(target)).status, path)

  expect(await read('/')).toBe(200)
  expect(await read('/..%2f..%2fpackage.json')).toBe(403)
  expect(await read('/static/..%2f..%2f..%2fpackage.json')).toBe(403)
  expect(await read('/..%5c..%5cpackage.json')).toBe(403)
  expect(await read('/%00')).toBe(403)
  expect(await read('/%E0%A4%A')).toBe(400)
  expect(await read('/package.json')).toBe(404)
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'))
  expect(policy).toContain("default-src 'self'; script-src 'self'; style-src 'self'")
  expect(policy).toContain("require-trusted-types-for 'script'")
})

test('commands that are unknown, malformed or not for the page are refused with a code', async () => {
  const app = await launchApp()

  expect(await app.invoke('openDevTools')).toMatchObject({ ok: false, error: { code: 'not_found' } })
  expect(await app.invoke('constructor')).toMatchObject({ ok: false, error: { code: 'not_found' } })
  expect(await app.invoke('copyText', { text: 'x' })).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
  expect(await app.invoke('openLink', { code: 'no-such-link' })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  })
})

test('the page cannot share a file by naming its path', async () => {
  const app = await launchApp()
  const folder = await makeFolder('private')
  const path = join(folder, 'private.txt')
  await writeFile(path, 'private')

  expect(await app.invoke('shareDropped', { paths: [path] })).toMatchObject({
    ok: false,
    error: { code: 'not_allowed' },
  })
  const disguised = await app.page.evaluate(
    ([target]) => window.desktop?.invoke(['shareDropped'] as unknown as string, { paths: [target] }),
    [path],
  )
  expect(disguised).toMatchObject({ ok: false, error: { code: 'not_allowed' } })
  const madeUp = await app.page.evaluate(async target => {
    const file = new File(['made up'], 'private.txt')
    Object.defineProperty(file, 'path', { value: target })
    return window.desktop?.shareFiles([file, { path: target }])
  }, path)
  expect(madeUp).toMatchObject({ ok: false, error: { code: 'bad_request' } })

  for (const address of [
    '/api/v1/imports',
    '/api/v1/imports/',
    'app://trunk8//api/v1/imports',
    '/api/v1/%69mports',
    '/API/v1/imports',
  ]) {
    const status = await app.page.evaluate(
      async ([target, file]) => {
        const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer guess' }
        const reply = await fetch(target ?? '', { method: 'POST', headers, body: JSON.stringify({ path: file }) })
        return reply.status
      },
      [address, path],
    )
    expect([403, 404, 405], `${address} → ${status}`).toContain(status)
  }
  const { value } = (await app.page.evaluate(async () => {
    const reply = await fetch('/api/v1/links')
    return { value: await reply.json() }
  })) as { value: { total: number } }
  expect(value.total).toBe(0)
})

test('a frame that is not the page of the window is refused, whatever it asks', async () => {
  const { electron } = await launchApp()

  const answers = await electron.evaluate(async ({ app, BrowserWindow, session }) => {
    // A window as careless as ours is not: it shows other pages, and its frames get the preload too.
    const careless = session.fromPartition('careless')
    const page = '<iframe src="app://trunk8/inner"></iframe>'
    careless.protocol.handle('app', () => new Response(page, { headers: { 'content-type': 'text/html' } }))
    const preload = `${app.getAppPath()}/dist/main/preload.cjs`
    const webPreferences = { preload, sandbox: true, nodeIntegrationInSubFrames: true, session: careless }
    const window = new BrowserWindow({ show: false, webPreferences })
    window.webContents.removeAllListeners('will-frame-navigate')
    const ask = "window.desktop.invoke('status', undefined)"

    await window.loadURL('app://trunk8/')
    const { mainFrame } = window.webContents
    const ours = await mainFrame.executeJavaScript(ask)
    const framed = await mainFrame.frames[0]?.executeJavaScript(ask)
    await window.loadURL('app://trunk8/elsewhere')
    const otherPath = await window.webContents.executeJavaScript(ask)
    await window.loadURL('data:text/html,<title>foreign</title>')
    const foreign = await window.webContents.executeJavaScript(ask)
    window.destroy()
    return { ours, framed, otherPath, foreign }
  })

  const refused = { ok: false, error: { code: 'not_allowed' } }
  expect(answers).toMatchObject({ ours: { ok: true }, framed: refused, otherPath: refused, foreign: refused })
})

test('the app asks nothing of the internet', async () => {
  const log = join(await makeFolder('network'), 'network.json')
  const app = await launchApp({ args: [`--log-net-log=${log}`] })
  await app.page.getByRole('region', { name: 'Share something' }).waitFor()
  await createLink(app, 'https://example.com/never-fetched')
  await app.quit()

  const text = await readFile(log, 'utf8')
  const asked = [...text.matchAll(/"(?:url|host)":"([^"]+)"/g)].map(([, value]) => value)
  expect(text).toContain('"events"')
  expect(asked).toEqual([])
})

/** Not `--inspect-brk`: it stops the runtime before any code of ours, and is a package's fuse to close. */
const openings = [
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
  '--inspect=0',
  '--js-flags=--expose-gc',
  '--load-extension=/tmp',
  '--trunk8-test-no-sandbox',
]

test('a packaged app does not start with a switch that opens it to others', async () => {
  const electron = await makePackagedLook()
  const userDataDir = await makeFolder('user')

  for (const opening of openings) {
    const args = ['--no-sandbox', opening, `--user-data-dir=${userDataDir}`, root]
    const ended = await run(electron, args, { timeout: 20_000 }).catch(error => error)
    expect(ended, opening).toMatchObject({ code: 1, stderr: expect.stringContaining('Trunk8 does not start with') })
  }
})

/** The runtime under another name, by which Electron takes an app for packaged. */
async function makePackagedLook(): Promise<string> {
  const original = dirname(findElectron())
  const folder = await makeFolder('packaged')
  for (const name of await readdir(original)) {
    if (name !== 'electron') await symlink(join(original, name), join(folder, name))
  }
  const electron = join(folder, 'trunk8-desktop')
  await copyFile(findElectron(), electron, constants.COPYFILE_FICLONE)
  return electron
}
