/** Puts the desktop together: the only place that knows every part. */
import { randomBytes } from 'node:crypto'
import { app, session } from 'electron'
import { generatePassword } from '../src-server/index.ts'
import { serveApp } from './app-protocol.ts'
import { createClipboard } from './clipboard.ts'
import { createCommands } from './commands.ts'
import type { DesktopStatus } from './contract.ts'
import { systemEncryption } from './encryption.ts'
import { answerCommands } from './ipc.ts'
import { createKeychain } from './keychain.ts'
import type { Locations } from './locations.ts'
import { lockDownSession } from './lockdown.ts'
import type { Log } from './log.ts'
import { notify, notifySettled } from './notify.ts'
import { createOwnerClient } from './owner-client.ts'
import { makeOwnerDoor, type OwnerDoor } from './owner-door.ts'
import { openPreferences, type Preferences } from './preferences.ts'
import { createQuickShare } from './quick-share.ts'
import { handleQuit } from './quit.ts'
import { type OpenedSecrets, openSecrets } from './secrets.ts'
import { ServerHost } from './server-host.ts'
import { createServerMirror } from './server-mirror.ts'
import { ShareBatches } from './share-batches.ts'
import { createTray } from './tray.ts'
import { createTrayActions } from './tray-actions.ts'
import { type AppWindow, createAppWindow } from './window.ts'

/** What is there before anything is shown. The secrets may wait for a person at the keychain; nothing else does. */
interface Ground {
  readonly locations: Locations
  readonly log: Log
  readonly preferences: Preferences
  readonly door: OwnerDoor
  readonly secrets: Promise<OpenedSecrets>
}

/** Ends once the window is on its way; keychain and server come up meanwhile. */
export async function startDesktop(locations: Locations, log: Log): Promise<void> {
  log.info(`Trunk8 ${app.getVersion()} starts with ${locations.dataDir}`)
  const preferences = await openPreferences(locations.preferences, log)
  const door = await makeOwnerDoor()
  const secrets = openInstanceSecrets(locations, preferences, log)
  lockDownSession(session.defaultSession, log)
  serveApp({ uiDir: locations.uiDir, door, log })

  const desktop = createDesktop({ locations, log, preferences, door, secrets })
  answerCommands(desktop.commands, log)
  handleQuit({ runningTransfers: () => desktop.mirror.runningTransfers, shutDown: desktop.shutDown, log })
  showWhenAsked(desktop.window)
  desktop.host.start()
}

function createDesktop(ground: Ground) {
  const { locations, log, preferences, door, secrets } = ground
  const client = createOwnerClient({ ...door, log })
  const clipboard = createClipboard()
  const window = createAppWindow({ ...locations, preferences, log, onClosed: () => void sayItGoesOn(preferences) })
  const batches = new ShareBatches(settled => notifySettled(settled, { clipboard, window }))
  const share = createQuickShare({ client, clipboard, batches, log })
  const mirror = createServerMirror({ client, log, batches, onChange: () => drawTray() })
  const server = async () => buildServerOptions(locations, door, await secrets)
  const host = new ServerHost({ entry: locations.serverEntry, server, log, onState: () => void tell() })
  const tray = createTray(locations.trayIcons, createTrayActions({ client, clipboard, share, window, log }))

  const status = () => readStatus(ground, host)
  const drawTray = () => tray.show({ server: host.state, sharing: mirror.sharing, recent: mirror.recent })
  async function tell(): Promise<void> {
    drawTray()
    window.tell('statusChanged', await status())
  }
  async function dismissFirstStart(): Promise<void> {
    await preferences.modify(current => ({ ...current, first_start_seen: true }))
    await tell()
  }
  async function shutDown(): Promise<void> {
    mirror.stop()
    await window.close()
    await host.stop()
    tray.remove()
    await door.close()
  }

  drawTray()
  const adminPassword = async () => (await secrets).secrets.adminPassword
  const commands = createCommands({
    client,
    clipboard,
    share,
    window,
    status,
    adminPassword,
    dismissFirstStart,
    restartServer: () => host.restart(),
    dataDir: locations.dataDir,
  })
  return { commands, host, mirror, shutDown, window }
}

async function readStatus({ locations, preferences, secrets }: Ground, host: ServerHost): Promise<DesktopStatus> {
  const { store } = await secrets
  return {
    version: app.getVersion(),
    dataDir: locations.dataDir,
    secretStore: store,
    server: host.state,
    isFirstStart: !preferences.value.first_start_seen,
  }
}

/** At the start, unless it was meant for the tray; at every further start of the app; on a click in the dock. */
function showWhenAsked(window: AppWindow): void {
  if (!app.commandLine.hasSwitch('hidden')) window.show()
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes('--hidden')) window.show()
  })
  app.on('activate', () => window.show())
}

async function openInstanceSecrets(locations: Locations, preferences: Preferences, log: Log): Promise<OpenedSecrets> {
  const opened = await openSecrets({
    keychain: createKeychain({ entry: locations.keychainEntry, service: 'Trunk8 Desktop', log }),
    encryption: systemEncryption,
    folder: locations.userData,
    dataDir: locations.dataDir,
    make: () => ({ adminPassword: generatePassword(), secretKey: randomBytes(32).toString('hex') }),
    log,
  })
  if (opened.areNew) await preferences.modify(current => ({ ...current, first_start_seen: false }))
  return opened
}

function buildServerOptions({ dataDir, uiDir }: Locations, door: OwnerDoor, { secrets }: OpenedSecrets) {
  const { socketPath, windowToken, desktopToken } = door
  const owner = { socketPath, windowToken, desktopToken }
  return { dataDir, uiDir, secrets, sharing: 'remembered' as const, owner, version: app.getVersion() }
}

/** Told once: a closed window that goes on sharing surprises people. */
async function sayItGoesOn(preferences: Preferences): Promise<void> {
  if (preferences.value.close_told) return
  notify({ title: 'Trunk8 is still running', body: 'It is in the tray. Quit it from there to stop sharing.' })
  await preferences.modify(current => ({ ...current, close_told: true }))
}
