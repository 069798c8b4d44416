/**
 * The twenty items of Electron's own security checklist (its documentation, "Security"), each asked of the packaged app
 * while it runs as a person without rights. Only one thing about it is not as it is shipped: a debugger may look in.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readFuses } from '../../scripts/fuses.mjs'
import { findFreePort } from '../helpers/app.ts'
import { type DebuggedPage, openDebugger } from './cdp-pipe.ts'
import { type Installed, install, listDescendants, type Running } from './packaged.ts'

const root = join(import.meta.dirname, '../..')
const soon = { timeout: 60_000, interval: 100 }

/** In a task of its own: what a debugger evaluates may evaluate as well. */
const outcomeOf = (action: string) => `new Promise(later => setTimeout(later)).then(() => ${action}).then(
  value => 'went through: ' + String(value), error => error.constructor.name)`

describe.skipIf(process.platform !== 'linux')('Electron’s security checklist, in the packaged app', () => {
  let installed: Installed
  let app: Running
  let page: DebuggedPage
  let address: string

  beforeAll(async () => {
    installed = await install()
    await installed.openToDebugger()
    const port = await findFreePort()
    await installed.putFile('instance/config/config.toml', `[server]\nhost = "127.0.0.1"\nport = ${port}\n`)
    const folders = ['user', 'instance'].map(name => join(installed.home, name))
    app = installed.start([
      '--remote-debugging-pipe',
      `--user-data-dir=${folders[0]}`,
      `--data-dir=${folders[1]}`,
      `--log-net-log=${join(installed.home, 'network.json')}`,
    ])
    page = await openDebugger(...app.pipes).page()
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200), soon)
    await page.send('Page.reload')
    await vi.waitFor(
      async () => expect(await page.evaluate("document.querySelector('h1, h2') !== null")).toBe(true),
      soon,
    )
    address = await page.evaluate('location.href')
  })
  afterAll(async () => {
    app?.stop('SIGKILL')
    await app?.ended
    await installed?.remove()
  })

  const renderers = async () =>
    (await listDescendants(app.pid)).filter(({ command }) => command.includes('--type=renderer'))

  test('1: it loads nothing but its own page, from inside the app', () => {
    const asked = page.events('Network.requestWillBeSent').map(({ request }) => (request as { url: string }).url)
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.filter(url => !url.startsWith('app://trunk8/'))).toEqual([])
  })

  test('2: the page has no Node', async () => {
    const names = ['require', 'process', 'module', 'global', 'Buffer', '__dirname']
    expect(await page.evaluate(`${JSON.stringify(names)}.filter(name => name in window)`)).toEqual([])
  })

  test('3: the preload runs in a world of its own, which the page cannot reach into', async () => {
    const worlds = page
      .events('Runtime.executionContextCreated')
      .map(({ context }) => (context as { name: string }).name)
    expect(worlds).toContain('Electron Isolated Context')
    const reached = await page.evaluate(`(() => {
      Function.prototype.call = () => { window.reached = true }
      Object.prototype.then = undefined
      try { window.desktop.invoke('status') } catch {}
      const { constructor } = window.desktop.invoke
      return [constructor === Function, window.reached === true, typeof window.ipcRenderer]
    })()`)
    expect(reached).toEqual([true, false, 'undefined'])
    await page.send('Page.reload')
    await vi.waitFor(
      async () => expect(await page.evaluate("document.querySelector('h1, h2') !== null")).toBe(true),
      soon,
    )
  })

  test('4: every page runs in Chromium’s sandbox', async () => {
    const found = await renderers()
    expect(found).not.toHaveLength(0)
    for (const { status, command } of found) {
      expect(status).toMatch(/^Seccomp:\s+2$/m)
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m)
      expect(command).not.toContain('--no-sandbox')
    }
  })

  test('5: it grants no permission and no device', async () => {
    const granted = await page.evaluate(`(async () => {
      const ask = async (name, action) => [name, await action().then(() => 'granted', error => error.name)]
      const query = async name => [name, (await navigator.permissions.query({ name })).state]
      return Object.fromEntries(await Promise.all([
        query('geolocation'), query('notifications'), query('camera'), query('microphone'), query('midi'),
        ask('media', () => navigator.mediaDevices.getUserMedia({ audio: true, video: true })),
        ask('screen', () => navigator.mediaDevices.getDisplayMedia()),
        ask('clipboard', () => navigator.clipboard.readText()),
        ask('usb', () => navigator.usb.requestDevice({ filters: [] })),
        ask('serial', () => navigator.serial.requestPort()),
        ask('hid', async () => { if ((await navigator.hid.requestDevice({ filters: [] })).length === 0) throw new DOMException('', 'none') }),
      ]))
    })()`)
    const states = Object.values(granted as Record<string, string>)
    expect(states).toHaveLength(11)
    expect(states.filter(state => ['granted', 'prompt'].includes(state))).toEqual([])
  })

  test('6, 8, 9, 10: no page runs with web security off, insecure content, or trial features', async () => {
    const switches =
      /--(disable-web-security|allow-running-insecure-content|enable-blink-features=(?!\s)\S|enable-experimental)/
    for (const { command } of await renderers()) expect(command).not.toMatch(switches)
    const foreign = await page.evaluate(outcomeOf("fetch('http://127.0.0.1:9/')"))
    expect(foreign).toBe('TypeError')
  })

  test('7: its policy lets no script in but its own', async () => {
    const policy = await page.evaluate("fetch('/').then(reply => reply.headers.get('content-security-policy'))")
    for (const rule of [
      ...["default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'none'"],
      ...["frame-ancestors 'none'", "require-trusted-types-for 'script'"],
    ])
      expect(policy).toContain(rule)
    expect(policy).not.toMatch(/unsafe-|\*|data:|https?:/)
    const tried = [
      "window['ev' + 'al']('1')",
      "document.createElement('div').innerHTML = '<b>x</b>'",
      "document.createElement('script').textContent = '1'",
      "document.createElement('button').setAttribute('onclick', '1')",
    ]
    for (const action of tried) expect(await page.evaluate(outcomeOf(action)), action).toMatch(/^(Eval|Type)Error$/)
  })

  test('11, 12: there are no webviews', async () => {
    expect(await page.evaluate("document.createElement('webview').constructor.name")).toBe('HTMLElement')
  })

  test('13: its window cannot be led elsewhere', async () => {
    for (const url of [
      'https://example.com/',
      'file:///etc/passwd',
      'app://trunk8@evil/',
      'app://evil/',
      'data:text/html,x',
    ]) {
      await page.evaluate(`void setTimeout(() => { location.href = ${JSON.stringify(url)} })`)
      await page.evaluate('new Promise(later => setTimeout(later, 300))')
      expect(await page.evaluate('location.href'), url).toBe(address)
    }
  })

  test('14: it opens no other window', async () => {
    const opened = await page.evaluate(
      "['https://example.com/', 'about:blank', 'file:///'].map(url => window.open(url) === null)",
    )
    expect(opened).toEqual([true, true, true])
  })

  test('15: the page can hand the system no address of its own', async () => {
    const commands = await page.evaluate(`Promise.all(['openExternal', 'openInBrowser', 'openUrl', 'openPath'].map(
      async name => (await window.desktop.invoke(name, { url: 'file:///etc/passwd' })).error.code))`)
    expect(commands).toEqual(['not_found', 'not_found', 'not_found', 'not_found'])
    const byLink = await page.evaluate("window.desktop.invoke('openLink', { code: 'file:///etc/passwd' })")
    expect(byLink).toMatchObject({ ok: false })
  })

  test('16: the Electron that is shipped is the newest line that is known here', async () => {
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')).packages['node_modules/electron']
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(Number.parseInt(lock.version, 10)).toBeGreaterThanOrEqual(45)
    expect(devDependencies.electron).toBe(`^${lock.version}`)
  })

  test('17: a frame within the page has no way to the desktop', async () => {
    const asked = await page.evaluate(`new Promise(resolve => {
      const frame = document.createElement('iframe')
      frame.src = '/static/html-preview.html?mode=interactive'
      frame.onload = () => {
        let seen
        try { seen = typeof frame.contentWindow.desktop } catch (error) { seen = error.name }
        frame.remove()
        resolve(seen)
      }
      document.body.append(frame)
    })`)
    expect(asked).toBe('SecurityError')
    const unknown = await page.evaluate("window.desktop.invoke('constructor').then(reply => reply.error.code)")
    expect(unknown).toBe('not_found')
    const misshapen = await page.evaluate(
      "window.desktop.invoke('openLink', { code: 7 }).then(reply => reply.error.code)",
    )
    expect(misshapen).toBe('invalid_input')
  })

  test('18: it reads no file by file:, and none beside the interface', async () => {
    expect(await page.evaluate(outcomeOf("fetch('file:///etc/passwd')"))).toBe('TypeError')
    const statuses = await page.evaluate(`Promise.all([
      '/..%2f..%2fpackage.json', '/static/..%2f..%2f..%2fpackage.json', '/..%5c..%5cpackage.json', '/%00',
    ].map(async path => (await fetch(path)).status))`)
    expect(statuses).toEqual([403, 403, 403, 403])
  })

  test('19: its fuses are blown', async () => {
    expect(await readFuses(installed.program)).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      asarIntegrity: true,
      onlyLoadAppFromAsar: true,
      browserV8Snapshot: false,
      fileProtocolPrivileges: false,
    })
  })

  test('20: the page gets three functions, and nothing of Electron', async () => {
    const bridge = await page.evaluate(
      '[Object.keys(window.desktop).sort(), Object.values(window.desktop).map(it => typeof it)]',
    )
    expect(bridge).toEqual([
      ['invoke', 'on', 'shareFiles'],
      ['function', 'function', 'function'],
    ])
    const given = await page.evaluate(`new Promise(resolve => {
      const stop = window.desktop.on('navigate', (...parts) => resolve(parts.length))
      stop()
      resolve(typeof stop)
    })`)
    expect(given).toBe('function')
  })
})
