/**
 * The one page for a security reviewer: what keeps the window harmless. It shows our own page and nothing else, gets no
 * permission and no device, opens no window, and nothing in this app reaches the internet.
 */
import { app, type Session, type WebContents, type WebFrameMain, type WebPreferences } from 'electron'
import { htmlModes } from '../src-server/contract/html-mode.ts'
import { htmlPreview } from '../src-server/contract/html-preview.ts'
import type { Log } from './log.ts'

/** The only page there is. */
export const homeUrl = 'app://trunk8/'
/** The only frame within it: it shows HTML that is being written, under a policy that makes a stranger of it. */
const previewUrls: ReadonlySet<string> = new Set(htmlModes.map(mode => new URL(htmlPreview.urlOf(mode), homeUrl).href))

/** Switches that would open the app to a debugger or to other people's code. */
const refusedWhenPackaged = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'js-flags',
  'load-extension',
  'trunk8-test-no-sandbox',
]

/** Chromium's own errands. A name that resolves to nothing goes nowhere, whatever part of Chromium asks. */
const quietSwitches = {
  'host-resolver-rules': 'MAP * ~NOTFOUND',
  'disable-background-networking': '',
  'disable-component-update': '',
  'disable-domain-reliability': '',
  'no-pings': '',
}

/** What every window is made with; `webSecurity` and its kin keep their safe defaults. */
export const safePreferences: WebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  devTools: !app.isPackaged,
}

/** To be called before `ready`, first of all. Ends a packaged app that was started with a refused switch. */
export function lockDownApp(log: Log): void {
  const refused = app.isPackaged && refusedWhenPackaged.find(name => app.commandLine.hasSwitch(name))
  if (refused) {
    console.error(`Trunk8 does not start with --${refused}`)
    process.exit(1)
  }
  // Chromium cannot sandbox anything as root, and Electron aborts when told to: tests that run as root say so.
  if (!app.commandLine.hasSwitch('trunk8-test-no-sandbox')) app.enableSandbox()
  for (const [name, value] of Object.entries(quietSwitches)) app.commandLine.appendSwitch(name, value)
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, log))
}

/** Denies every permission and device, every download but the page's own, and whatever is not ours to load. */
export function lockDownSession(session: Session, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log.warn(`Denied the permission ${permission}`)
    answer(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerLanguages([]) // or Chromium would fetch a dictionary
  session.setSpellCheckerEnabled(false)
  session.on('will-download', (event, item) => {
    // What the page itself made, such as a list of links, is saved where the person says.
    if (item.getURL().startsWith(`blob:${homeUrl}`)) return
    log.warn(`Denied the download of ${item.getURL().slice(0, 200)}`)
    event.preventDefault()
  })
  session.webRequest.onBeforeRequest(({ url, frame }, answer) => {
    const isLocal = url.startsWith(homeUrl) || url.startsWith('devtools:') || url.startsWith('blob:app://trunk8/')
    const isFine = isLocal && (!isCall(url) || isOurFrame(frame ?? null))
    if (!isFine) log.warn(`Blocked a request to ${url.slice(0, 200)}`)
    answer({ cancel: !isFine })
  })
}

function lockDownContents(contents: WebContents, log: Log): void {
  const refuse = (what: string, url: string, event: { preventDefault(): void }): void => {
    log.warn(`Blocked ${what} ${url.slice(0, 200)}`)
    event.preventDefault()
  }
  contents.on('will-frame-navigate', details => {
    const isOurs = details.isMainFrame ? isOurPage(details.url) : previewUrls.has(details.url)
    if (!isOurs) refuse('going to', details.url, details)
  })
  contents.on('will-navigate', details => {
    if (!isOurPage(details.url)) refuse('going to', details.url, details)
  })
  contents.on('will-redirect', details => refuse('a redirect to', details.url, details))
  contents.on('will-attach-webview', event => refuse('a webview', '', event))
  contents.setWindowOpenHandler(({ url }) => {
    log.warn(`Blocked opening ${url.slice(0, 200)}`)
    return { action: 'deny' }
  })
  // Peer connections are no requests, so neither the page's policy nor the session's filter sees them.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}

/** Whether a frame is the main frame of our page: the only one that may send commands. */
export function isOurFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOurPage(frame.url)
}

/**
 * Whether a request is for the server, which takes it for the owner's. A page in a frame, such as a preview, must not make
 * one: a scheme of our own has no CORS that would keep it from reading the answer.
 */
function isCall(address: string): boolean {
  const { protocol, pathname } = new URL(address)
  return protocol === 'app:' && !/^\/($|static\/)/.test(pathname)
}

/** By parts, never by prefix: `app://trunk8@evil/` begins like ours. */
function isOurPage(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, pathname } = new URL(address)
  return protocol === 'app:' && host === 'trunk8' && username === '' && pathname === '/'
}
