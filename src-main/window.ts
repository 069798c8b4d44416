/**
 * The one window: made when asked for and gone when closed, so that an app in the tray holds no page in memory. Where it
 * was is remembered; it comes back to a screen that is there.
 */
import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { z } from 'zod'
import type { DesktopEventName, DesktopEvents } from './contract.ts'
import { announce } from './ipc.ts'
import { homeUrl, safePreferences } from './lockdown.ts'
import type { Log } from './log.ts'
import type { Bounds, Preferences } from './preferences.ts'

const defaultSize = { width: 1100, height: 720 }
const smallestSize = { minWidth: 900, minHeight: 600 }
/** What is seen before the page has painted. */
const background = { light: '#f6f7f9', dark: '#1b1d20' }
/** Pixels of the window that must be on a screen for a person to get hold of it. */
const reachable = { width: 120, height: 48 }
/** Milliseconds: a page that dies again sooner is not loaded again. */
const leastLife = 10_000

export interface AppWindowOptions {
  readonly preload: string
  readonly icon: string
  readonly preferences: Preferences
  readonly log: Log
  /** The person closed it. */
  readonly onClosed: () => void
}

export type AppWindow = ReturnType<typeof createAppWindow>

export function createAppWindow(options: AppWindowOptions) {
  let window: BrowserWindow | undefined
  let isEnding = false

  function open(hash: string): BrowserWindow {
    const opened = buildWindow(options)
    // From here on it is not to be touched: Electron crashes when a window is shown that has begun to close.
    opened.on('close', () => {
      opened.removeAllListeners('ready-to-show')
      window = undefined
    })
    opened.on('closed', () => {
      if (!isEnding) options.onClosed()
    })
    opened.loadURL(`${homeUrl}#${hash}`).catch(error => {
      if (window !== opened) return // closed meanwhile
      options.log.error('The window could not be loaded', error)
      opened.show()
    })
    return opened
  }

  return {
    /** In front of all others; `to` is a screen of the UI, such as `/links`. */
    show(to?: string): void {
      if (!window) {
        window = open(to ?? '/')
        return
      }
      if (to !== undefined) announce(window.webContents, 'navigate', { to })
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    isInFront: (): boolean => window?.isFocused() ?? false,
    /** Heard by the page, if there is one. */
    tell<N extends DesktopEventName>(name: N, payload: z.input<DesktopEvents[N]>): void {
      if (window) announce(window.webContents, name, payload)
    },
    /** What a dialog belongs to. */
    get current(): BrowserWindow | undefined {
      return window
    },
    /** For good; ends once its place is on the disk. */
    async close(): Promise<void> {
      isEnding = true
      window?.close()
      await options.preferences.modify(current => current)
    },
  }
}

function buildWindow({ preload, icon, preferences, log }: AppWindowOptions): BrowserWindow {
  const saved = preferences.value.window
  const window = new BrowserWindow({
    ...defaultSize,
    ...smallestSize,
    ...(saved && isReachable(saved) && pickBounds(saved)),
    show: false,
    title: 'Trunk8',
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: { ...safePreferences, preload },
  })
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.webContents.on('will-prevent-unload', event => event.preventDefault()) // no page keeps its window open
  rememberBounds(window, preferences, log)
  reviveWhenDead(window, log)
  return window
}

const pickBounds = ({ x, y, width, height }: Bounds): Bounds => ({ x, y, width, height })

/** Whether enough of it lies on a screen: the one it was on may be gone. */
function isReachable(bounds: Bounds): boolean {
  const { workArea } = screen.getDisplayMatching(bounds)
  const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
  const isTopThere = bounds.y >= workArea.y && bounds.y + reachable.height <= workArea.y + workArea.height
  return width >= reachable.width && isTopThere
}

/** Half a second after the last move, and when the window closes. */
function rememberBounds(window: BrowserWindow, preferences: Preferences, log: Log): void {
  let timer: NodeJS.Timeout | undefined
  const save = (): void => {
    clearTimeout(timer)
    if (window.isDestroyed()) return
    const bounds = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    preferences
      .modify(current => ({ ...current, window: bounds }))
      .catch(error => log.error('The place of the window could not be saved', error))
  }
  const saveSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(save, 500)
  }
  window.on('move', saveSoon)
  window.on('resize', saveSoon)
  window.on('close', save)
}

function reviveWhenDead(window: BrowserWindow, log: Log): void {
  let loadedAt = Date.now()
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log.error(`The page ended on its own: ${reason}`)
    if (Date.now() - loadedAt < leastLife) return
    loadedAt = Date.now()
    window.webContents.reload()
  })
}
