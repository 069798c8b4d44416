/** Puts the desktop together: the only place that knows every part. */
import { app, session } from 'electron'
import { AppError } from '../src-server/contract/index.ts'
import { type HeadlessOptions, holdsInstance } from '../src-server/index.ts'
import { serveApp } from './app-protocol.ts'
import { createClipboard } from './clipboard.ts'
import { createCommands } from './commands.ts'
import type { DesktopStatus } from './contract.ts'
import { createDataFolders } from './data-folders.ts'
import { systemEncryption } from './encryption.ts'
import { createFirstStart, type FirstStart } from './first-start.ts'
import { createInstance, type Instance } from './instance.ts'
import { answerCommands } from './ipc.ts'
import { createKeychain } from './keychain.ts'
import type { Locations } from './locations.ts'
import { lockDownSession } from './lockdown.ts'
import type { Log } from './log.ts'
import { type Move, moveInstance } from './move-instance.ts'
import { notify, notifySettled } from './notify.ts'
import { createOwnerClient } from './owner-client.ts'
import { makeOwnerDoor, type OwnerDoor } from './owner-door.ts'
import { openPreferences, type Preferences } from './preferences.ts'
import { createQuickShare } from './quick-share.ts'
import { handleQuit } from './quit.ts'
import { ServerHost } from './server-host.ts'
import type { ServerStart } from './server-messages.ts'
import { createServerMirror } from './server-mirror.ts'
import { ShareBatches } from './share-batches.ts'
import { createTray } from './tray.ts'
import { createTrayActions } from './tray-actions.ts'
import { createTrustStore } from './trust-store.ts'
import { type AppWindow, createAppWindow } from './window.ts'

export interface DesktopOptions {
  readonly locations: Locations
  /** What the environment says of this run. */
  readonly environment: HeadlessOptions
  readonly log: Log
}

/** What is there before anything is shown. The secrets may wait for a person at the keychain; nothing else does. */
interface Ground extends DesktopOptions {
  readonly preferences: Preferences
  readonly door: OwnerDoor
  readonly instance: Instance
}

/** Ends once the window is on its way; keychain and server come up meanwhile. */
export async function startDesktop(options: DesktopOptions): Promise<void> {
  const { locations, log } = options
  const preferences = await openPreferences(locations.preferences, log)
  const door = await makeOwnerDoor()
  const instance = openInstance(options, preferences)
  log.info(`Trunk8 ${app.getVersion()} starts with ${instance.dataDir}`)
  lockDownSession(session.defaultSession, log)
  serveApp({ uiDir: locations.uiDir, door, log })

  const desktop = createDesktop({ ...options, preferences, door, instance })
  answerCommands(desktop.commands, log)
  handleQuit({ runningTransfers: () => desktop.mirror.runningTransfers, shutDown: desktop.shutDown, log })
  showWhenAsked(desktop.window)
  void desktop.host.start()
}

function createDesktop(ground: Ground) {
  const { locations, log, preferences, door, instance } = ground
  const client = createOwnerClient({ ...door, log })
  const clipboard = createClipboard()
  const window = createAppWindow({ ...locations, preferences, log, onClosed: createGoesOnNotice(preferences, log) })
  const batches = new ShareBatches(settled => notifySettled(settled, { clipboard, window }))
  const share = createQuickShare({ client, clipboard, batches, log })
  const mirror = createServerMirror({ client, log, batches, onChange: () => drawTray() })
  const restartServer = () => host.restart()
  const firstStart = createFirstStart({ preferences, client, restartServer, onChange: () => tell() })
  const host = new ServerHost({
    entry: locations.serverEntry,
    server: () => buildServerStart(ground, firstStart),
    vault: instance.vault,
    log,
    onState: () => void tell(),
  })
  const tray = createTray(locations.trayIcons, createTrayActions({ client, clipboard, share, window, log }))
  const folders = createDataFolders()

  const status = () => readStatus(ground, host, firstStart)
  const drawTray = () => tray.show({ server: host.state, sharing: mirror.sharing, recent: mirror.recent })
  async function tell(): Promise<void> {
    drawTray()
    window.tell('statusChanged', await status())
  }
  async function moveTo(move: Move): Promise<{ isPasswordNew: boolean }> {
    const runningTransfers = () => mirror.runningTransfers
    const fixedBy = fixedDataDir(locations)
    return moveInstance({ instance, host, folders, preferences, fixedBy, runningTransfers }, move).finally(tell)
  }
  async function shutDown(): Promise<void> {
    mirror.stop()
    await window.close()
    await host.stop()
    tray.remove()
    await door.close()
  }

  drawTray()
  const commands = createCommands({
    ...{ client, clipboard, share, window, status, instance, firstStart, folders, moveTo, restartServer },
    trust: createTrustStore(),
  })
  return { commands, host, mirror, shutDown, window }
}

async function readStatus(
  { locations, environment, instance }: Ground,
  host: ServerHost,
  { isDue, isPasswordUnseen }: FirstStart,
): Promise<DesktopStatus> {
  const { store } = await instance.opened()
  const passwordFixedBy = fixedPassword(environment)
  const dataDirFixedBy = fixedDataDir(locations)
  return {
    version: app.getVersion(),
    dataDir: instance.dataDir,
    ...(dataDirFixedBy !== undefined && { dataDirFixedBy }),
    secretStore: store,
    ...(passwordFixedBy !== undefined && { passwordFixedBy }),
    server: host.state,
    isFirstStart: isDue,
    isPasswordUnseen: isPasswordUnseen && passwordFixedBy === undefined,
  }
}

const fixedDataDir = ({ toldDataDir }: Locations) => (toldDataDir === undefined ? undefined : '--data-dir')

const fixedPassword = ({ adminPassword }: HeadlessOptions) =>
  adminPassword === undefined ? undefined : 'TRUNK8_ADMIN_PASSWORD'

/** At the start, unless it was meant for the tray; at every further start of the app; on a click in the dock. */
function showWhenAsked(window: AppWindow): void {
  if (!app.commandLine.hasSwitch('hidden')) window.show()
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes('--hidden')) window.show()
  })
  app.on('activate', () => window.show())
}

function openInstance({ locations, environment, log }: DesktopOptions, preferences: Preferences): Instance {
  const { adminPassword, secretKey } = environment
  return createInstance({
    dataDir: locations.toldDataDir ?? preferences.value.data_dir ?? locations.usualDataDir,
    keychain: createKeychain({ entry: locations.keychainEntry, service: 'Trunk8 Desktop', log }),
    encryption: systemEncryption,
    folder: locations.userData,
    given: { ...(adminPassword !== undefined && { adminPassword }), ...(secretKey !== undefined && { secretKey }) },
    preferences,
    log,
  })
}

/** Throws `not_found` where the folder that a person chose is gone: a new one in its place would look like lost links. */
async function buildServerStart(ground: Ground, firstStart: FirstStart): Promise<ServerStart> {
  const { locations, environment, preferences, door, instance } = ground
  if (preferences.value.data_dir === instance.dataDir && !(await holdsInstance(instance.dataDir))) {
    const advice = 'If it is on a disk that is not connected, connect that first'
    throw new AppError('not_found', `Your data folder ${instance.dataDir} is not there. ${advice}`)
  }
  const { socketPath, windowToken, desktopToken } = door
  const secrets = await instance.secrets()
  const fixedBy = fixedPassword(environment)
  return {
    dataDir: instance.dataDir,
    uiDir: locations.uiDir,
    secrets: {
      ...secrets,
      ...(fixedBy !== undefined && { adminPasswordFixedBy: `${fixedBy} sets it` }),
      ...(environment.secretKey !== undefined && { secretKeyFixedBy: 'TRUNK8_SECRET_KEY sets it' }),
    },
    listen: { ...environment.listen, ...(firstStart.isDue && { host: '127.0.0.1' }) },
    overruledBy: { ...environment.overruledBy, ...(firstStart.isDue && { host: 'The first start' }) },
    ...(environment.logLevel !== undefined && { logLevel: environment.logLevel }),
    sharing: 'remembered',
    owner: { socketPath, windowToken, desktopToken },
    version: app.getVersion(),
  }
}

/** Told once: a closed window that goes on sharing surprises people. */
function createGoesOnNotice(preferences: Preferences, log: Log): () => void {
  let isTold = preferences.value.close_told
  return () => {
    if (isTold) return
    // At once, and not when it is on the disk: a window can be closed again before.
    isTold = true
    notify({ title: 'Trunk8 is still running', body: 'It is in the tray. Quit it from there to stop sharing.' })
    preferences
      .modify(current => ({ ...current, close_told: true }))
      .catch(error => log.error('That a closed window was spoken of could not be saved', error))
  }
}
