/** Puts the desktop together: the only place that knows every part. */
import { app, session } from 'electron'
import { makeSecrets, type ServerOptions } from '../src-server/index.ts'
import { serveApp } from './app-protocol.ts'
import { createClipboard } from './clipboard.ts'
import { createCommands } from './commands.ts'
import type { DesktopStatus } from './contract.ts'
import { systemEncryption } from './encryption.ts'
import { answerCommands } from './ipc.ts'
import { loadKeychain } from './keychain.ts'
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

/** Ends once the window is on its way; keychain and server come up meanwhile. */
export async function startDesktop(locations: Locations, log: Log): Promise<void> {
  log.info(`Trunk8 ${app.getVersion()} starts with ${locations.dataDir}`)
  const preferences = await openPreferences(locations.preferences, log)
  const door = await makeOwnerDoor()
  const secrets = openInstanceSecrets(locations, preferences, log)
  const clipboard = createClipboard()
  const client = createOwnerClient({ ...door, log })
  const window = createAppWindow({ ...locations, preferences, log, onClosed: () => void sayItGoesOn(preferences) })
  const batches = new ShareBatches(settled => notifySettled(settled, { clipboard, window }))
  const share = createQuickShare({ client, clipboard, batches, log })
  const mirror = createServerMirror({ client, log, batches, onChange: () => tellTray() })
  const host = new ServerHost({
    entry: locations.serverEntry,
    server: async () => buildServerOptions(locations, door, await secrets),
    log,
    onState: () => void tellAll(),
  })

  const tray = createTray(locations.trayIcons, createTrayActions({ client, clipboard, share, window, log }))
  const tellTray = () => tray.show({ server: host.state, sharing: mirror.sharing, recent: mirror.recent })
  const status = async (): Promise<DesktopStatus> => ({
    version: app.getVersion(),
    dataDir: locations.dataDir,
    secretStore: (await secrets).store,
    server: host.state,
    isFirstStart: !preferences.value.first_start_seen,
  })
  const tellAll = async (): Promise<void> => {
    tellTray()
    window.tell('statusChanged', await status())
  }

  const commands = createCommands({
    client,
    clipboard,
    share,
    status,
    dataDir: locations.dataDir,
    window: () => window.current,
    adminPassword: async () => (await secrets).secrets.adminPassword,
    restartServer: () => host.restart(),
    dismissFirstStart: async () => {
      await preferences.modify(current => ({ ...current, first_start_seen: true }))
      await tellAll()
    },
  })
  const shutDown = async (): Promise<void> => {
    mirror.stop()
    await window.close()
    await host.stop()
    tray.remove()
    await door.close()
  }

  lockDownSession(session.defaultSession, log)
  serveApp({ uiDir: locations.uiDir, door, log })
  answerCommands(commands, log)
  handleQuit({ runningTransfers: () => mirror.runningTransfers, shutDown, log })
  showWhenAsked(window)
  tellTray()
  host.start()
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
    keychain: await loadKeychain(),
    encryption: systemEncryption,
    folder: locations.userData,
    dataDir: locations.dataDir,
    make: makeSecrets,
    log,
  })
  if (opened.areNew) await preferences.modify(current => ({ ...current, first_start_seen: false }))
  return opened
}

function buildServerOptions({ dataDir, uiDir }: Locations, door: OwnerDoor, { secrets }: OpenedSecrets): ServerOptions {
  const { socketPath, windowToken, desktopToken } = door
  return {
    dataDir,
    uiDir,
    secrets,
    sharing: 'remembered',
    owner: { socketPath, windowToken, desktopToken },
    version: app.getVersion(),
  }
}

/** Told once: a closed window that goes on sharing surprises people. */
async function sayItGoesOn(preferences: Preferences): Promise<void> {
  if (preferences.value.close_told) return
  notify({ title: 'Trunk8 is still running', body: 'It is in the tray. Quit it from there to stop sharing.' })
  await preferences.modify(current => ({ ...current, close_told: true }))
}
