/** The tray as a function of how things stand: its menu, its icon, its tooltip. Draws nothing and asks nobody. */
import type { MenuItemConstructorOptions } from 'electron'
import type { Link, SharingStatus } from '../src-server/contract/index.ts'
import type { ServerProcess } from './contract.ts'

export interface TrayState {
  readonly server: ServerProcess
  /** undefined until the server has answered for the first time. */
  readonly sharing: SharingStatus | undefined
  /** Newest first. */
  readonly recent: readonly Link[]
}

export interface TrayActions {
  shareFiles(): void
  shareClipboard(): void
  copy(text: string): void
  setSharing(on: boolean): void
  open(): void
  quit(): void
}

export type TrayIcon = 'on' | 'off' | 'problem'

const longestName = 48

/** What is wrong, as one sentence for the user. */
export function findTrouble({ server, sharing }: TrayState): string | undefined {
  if (server.state === 'restarting' || server.state === 'failed') return server.detail
  return sharing?.state === 'failed' ? (sharing.problem?.detail ?? 'Nobody can reach your links') : undefined
}

export function chooseIcon(state: TrayState): TrayIcon {
  if (findTrouble(state)) return 'problem'
  return state.server.state === 'running' && state.sharing?.state === 'on' ? 'on' : 'off'
}

export function describe(state: TrayState): string {
  const trouble = findTrouble(state)
  if (trouble) return `Trunk8: ${trouble}`
  if (!state.sharing || state.server.state !== 'running') return 'Trunk8 is starting'
  return state.sharing.state === 'on'
    ? `Trunk8: sharing on, ${withoutScheme(state.sharing.url)}`
    : 'Trunk8: sharing off, nobody can reach your links'
}

export function buildTrayMenu(state: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const { server, sharing, recent } = state
  const isRunning = server.state === 'running' && sharing !== undefined
  const isOn = sharing !== undefined && sharing.state !== 'off'
  const trouble = findTrouble(state)
  return [
    ...(trouble ? [{ label: escapeLabel(trouble), enabled: false }, { type: 'separator' as const }] : []),
    { label: 'Share files…', enabled: isRunning, click: actions.shareFiles },
    { label: 'Share clipboard', enabled: isRunning, click: actions.shareClipboard },
    { label: 'Recent', submenu: buildRecent(recent, actions) },
    { type: 'separator' },
    {
      label: isOn ? 'Sharing on' : 'Sharing off',
      type: 'checkbox',
      checked: isOn,
      enabled: isRunning,
      click: () => actions.setSharing(!isOn),
    },
    ...(sharing
      ? [{ label: escapeLabel(withoutScheme(sharing.url)), enabled: isOn, click: () => actions.copy(sharing.url) }]
      : []),
    { type: 'separator' },
    { label: 'Open Trunk8', click: actions.open },
    { label: 'Quit', click: actions.quit },
  ]
}

function buildRecent(recent: readonly Link[], { copy }: TrayActions): MenuItemConstructorOptions[] {
  if (recent.length === 0) return [{ label: 'Nothing shared yet', enabled: false }]
  return recent.map(link => ({
    label: escapeLabel(`/${link.code}  ${shorten(nameOf(link))}`.trim()),
    click: () => copy(link.shareUrl),
  }))
}

const nameOf = ({ title, originalFilename, url }: Link): string =>
  title ?? originalFilename ?? (url === undefined ? '' : withoutScheme(url))

const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '')

/** Cut in the middle, so that the ending stays. */
function shorten(name: string): string {
  const letters = [...name]
  if (letters.length <= longestName) return name
  const half = Math.floor((longestName - 1) / 2)
  return `${letters.slice(0, half).join('')}…${letters.slice(-half).join('')}`
}

/** In a menu an ampersand underlines the letter after it. */
const escapeLabel = (text: string): string => text.replaceAll('&', '&&')
