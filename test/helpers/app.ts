/**
 * The real desktop app for tests: real Electron with folders of its own, stopped and removed when the test ends. Wants a
 * display, and a session bus with a keyring for whatever is about the keychain: `npm test` brings both.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import type { Answer, Bridge, DesktopStatus } from '../../src-main/contract.ts'

const root = resolve(import.meta.dirname, '../..')

const pictures = join(root, 'test-results', 'desktop')

/** For whatever comes soon but not at once. */
export const deadline = { timeout: 15_000, interval: 50 }

export interface LaunchOptions {
  /** Reused from an earlier start; else new ones. */
  readonly dataDir?: string
  readonly userDataDir?: string
  /** Start without `--data-dir`: the folder is the usual one, or one that was chosen in the app. */
  readonly hasNoDataDir?: boolean
  /** Begin with the steps of the first start; else somebody has gone through them. */
  readonly isFirstStart?: boolean
  /** Of the network door in a new data folder; else one that is free. */
  readonly port?: number
  /** Where a new data folder's server listens; else on this computer alone. */
  readonly host?: string
  readonly args?: readonly string[]
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>
}

export interface MenuEntry {
  readonly label: string
  readonly enabled: boolean
  readonly checked: boolean
  readonly items?: readonly MenuEntry[]
}

export interface TestApp {
  readonly electron: ElectronApplication
  readonly page: Page
  readonly dataDir: string
  readonly userDataDir: string
  readonly port: number
  /** Calls the bridge as the page does. */
  invoke(name: string, input?: unknown): Promise<Answer>
  status(): Promise<DesktopStatus>
  tray(): Promise<{ tooltip: string; items: readonly MenuEntry[] }>
  /** Clicks an entry; `path` holds the labels from the top. */
  clickTray(...path: readonly string[]): Promise<void>
  notifications(): Promise<readonly { title: string; body: string }[]>
  clipboard(): Promise<string>
  /** For eyes: what the person sees at that moment, in test-results/desktop. */
  takePicture(name: string): Promise<void>
  /** Process id of the server. */
  serverPid(): Promise<number>
  quit(): Promise<void>
}

declare global {
  interface Window {
    readonly desktop?: Bridge
  }
  /** Made by watch-desktop.cjs in the app's main process. */
  var seenByTests: {
    menu: Electron.Menu
    /** Of every menu there was: where trouble stands. */
    firstLabels: string[]
    tooltip: string
    notifications: { title: string; body: string }[]
    /** Files that the system's file manager was to show, where a test listens for that. */
    shown: string[]
  }
}

/** Starts the app; ends once its window is there and its server answers, or has failed for good. */
export async function launchApp(options: LaunchOptions = {}): Promise<TestApp> {
  const started = await startApp(options)
  const app = describeApp(started, await started.electron.firstWindow())
  await vi.waitFor(async () => expect((await app.status()).server.state).toMatch(/running|failed/), deadline)
  return app
}

interface StartedApp {
  readonly electron: ElectronApplication
  readonly dataDir: string
  readonly userDataDir: string
  readonly port: number
}

/** Starts the app and waits for nothing: with `--hidden` there is no window to wait for. */
export async function startApp(options: LaunchOptions = {}): Promise<StartedApp> {
  const userDataDir = options.userDataDir ?? (await makeUserDataDir(options.isFirstStart ?? false))
  const usual = options.hasNoDataDir ? join(userDataDir, 'instance') : undefined
  const dataDir = options.dataDir ?? usual ?? (await makeDataDir(options.port ?? (await findFreePort()), options.host))
  const electron = await _electron.launch({
    executablePath: findElectron(),
    args: [...listArguments(userDataDir, options.hasNoDataDir ? undefined : dataDir), ...(options.args ?? []), root],
    env: { ...definedEnv(), ...options.env },
  })
  let isGone = false
  electron.on('close', () => {
    isGone = true
  })
  onTestFinished(async () => {
    if (!isGone) await electron.close()
  })
  return { electron, dataDir, userDataDir, port: await readPort(dataDir) }
}

/** What a person does: drags files over the middle of the window and lets go. */
export async function dropFiles({ page }: TestApp, files: readonly string[]): Promise<void> {
  await page.getByRole('region', { name: 'Share something' }).waitFor()
  const protocol = await page.context().newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await protocol.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data })
  }
  await protocol.detach()
}

/** Out of sight, so that the app tells by notifications what the page would show. */
export async function hideWindow({ electron }: TestApp): Promise<void> {
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
}

/** Makes a redirect as the page does → its code. */
export async function createLink({ page }: TestApp, url: string): Promise<string> {
  return page.evaluate(async target => {
    const body = JSON.stringify({ type: 'redirect', url: target })
    const reply = await fetch('/api/v1/links', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })
    return (await reply.json()).code
  }, url)
}

/** Where a link leads, asked for over the network; undefined while nobody answers. */
export async function followLink(port: number, code: string, host = '127.0.0.1'): Promise<string | undefined> {
  const reply = await fetch(`http://${host}:${port}/${code}`, { redirect: 'manual' }).catch(() => undefined)
  return reply?.headers.get('location') ?? undefined
}

/** The runtime's program, where `ELECTRON_OVERRIDE_DIST_PATH` points. */
export function findElectron(): string {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (!folder) throw new Error('ELECTRON_OVERRIDE_DIST_PATH does not name an Electron. Run the tests by npm test')
  return join(folder, 'electron')
}

/** What every start of the app in a test needs, before the app's folder. */
export function listArguments(userDataDir: string, dataDir: string | undefined): string[] {
  // As root Chromium cannot sandbox anything, and says so unless told not to try.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--trunk8-test-no-sandbox'] : []
  const told = dataDir === undefined ? [] : [`--data-dir=${dataDir}`]
  const watcher = join(import.meta.dirname, 'watch-desktop.cjs')
  return ['-r', watcher, ...asRoot, `--user-data-dir=${userDataDir}`, ...told]
}

/** A folder that is removed when the test ends. */
export async function makeFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `trunk8-test-${name}-`))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

async function makeUserDataDir(isFirstStart: boolean): Promise<string> {
  const folder = await makeFolder('user')
  if (!isFirstStart) await writeFile(join(folder, 'preferences.toml'), 'first_start_seen = true\n')
  return folder
}

/** A new data folder as everybody gets it, but for its network door, which is on this computer alone. */
export async function makeDataDir(port: number, host = '127.0.0.1'): Promise<string> {
  const folder = await makeFolder('data')
  const file = join(folder, 'config', 'config.toml')
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `[server]\nhost = "${host}"\nport = ${port}\n`)
  return folder
}

/** A port that nobody holds at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise(closed => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}

function describeApp(started: StartedApp, page: Page): TestApp {
  const { electron } = started
  const invoke = (name: string, input?: unknown): Promise<Answer> =>
    page.evaluate(([name, input]) => window.desktop?.invoke(name as string, input) as Promise<Answer>, [name, input])
  return {
    page,
    ...started,
    invoke,
    status: async () => {
      const answer = await invoke('status')
      if (!answer.ok) throw new Error(answer.error.message)
      return answer.value as DesktopStatus
    },
    tray: () => readTray(electron),
    clickTray: (...path) => clickTray(electron, path),
    notifications: () =>
      electron.evaluate(() => globalThis.seenByTests.notifications.map(({ title, body }) => ({ title, body }))),
    clipboard: () => electron.evaluate(({ clipboard }) => clipboard.readText()),
    async takePicture(name) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
    },
    serverPid: () =>
      electron.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Trunk8 server')?.pid ?? 0),
    quit: () => electron.close(),
  }
}

export const readTray = (electron: ElectronApplication) => electron.evaluate(readTrayInside)
export const clickTray = (electron: ElectronApplication, path: readonly string[]) =>
  electron.evaluate(clickTrayInside, path)

/** Runs in the app's main process, so it may use nothing from out here. */
function readTrayInside(): { tooltip: string; items: MenuEntry[] } {
  const read = ({ items }: Electron.Menu): MenuEntry[] =>
    items
      .filter(({ type }) => type !== 'separator')
      .map(({ label, enabled, checked, submenu }) => ({
        label,
        enabled,
        checked,
        ...(submenu && { items: read(submenu) }),
      }))
  const { menu, tooltip } = globalThis.seenByTests
  return { tooltip, items: read(menu) }
}

/** As above. */
function clickTrayInside(_electron: unknown, path: readonly string[]): void {
  let menu: Electron.Menu | undefined = globalThis.seenByTests.menu
  let entry: Electron.MenuItem | undefined
  for (const label of path) {
    entry = menu?.items.find(item => item.label === label)
    menu = entry?.submenu
  }
  if (!entry?.enabled) throw new Error(`The tray has no entry ${path.join(' → ')} that can be clicked`)
  entry.click()
}

async function readPort(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'config', 'config.toml'), 'utf8').catch(() => '')
  return Number(/^port = (\d+)$/m.exec(text)?.[1])
}

const definedEnv = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
