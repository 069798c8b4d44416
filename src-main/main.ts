/** The desktop's entry: what must happen before Electron is ready, in order, then the desktop itself. */
import { app, dialog } from 'electron'
import { type HeadlessOptions, readHeadlessOptions } from '../src-server/index.ts'
import { registerAppScheme } from './app-protocol.ts'
import { startDesktop } from './desktop.ts'
import { findLocations } from './locations.ts'
import { lockDownApp } from './lockdown.ts'
import { logUncaught, openLog } from './log.ts'
import { setAppMenu } from './menu.ts'

const log = openLog(app.getPath('logs'), { console: !app.isPackaged })

logUncaught(log)
lockDownApp(log)
registerAppScheme()
setAppMenu()
// Windows shows the notifications of apps that name the id of their installed shortcut.
if (process.platform === 'win32') app.setAppUserModelId('invalid.trunk8.desktop')

if (app.requestSingleInstanceLock()) {
  start().catch(error => {
    log.error('Trunk8 could not start', error)
    dialog.showErrorBox('Trunk8 could not start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
} else {
  app.quit() // the first instance hears of this start and shows its window
}

async function start(): Promise<void> {
  // At once, so that the secrets are out of the environment before the app has children of its own.
  const environment = readEnvironment()
  await app.whenReady()
  await startDesktop({ locations: findLocations(), environment: environment(), log })
}

/** What was wrong with it is thrown by the answer: before Electron is ready nobody can be told. */
function readEnvironment(): () => HeadlessOptions {
  try {
    const options = readHeadlessOptions([], { env: process.env, dotEnv: new Map() })
    return () => options
  } catch (error) {
    return () => {
      throw error
    }
  }
}
