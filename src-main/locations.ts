/** Where things are: what was built, what belongs to this computer's user, where the instance lives. */
import { join, resolve } from 'node:path'
import { app } from 'electron'

export function findLocations() {
  const root = app.getAppPath()
  const userData = app.getPath('userData')
  const toldDataDir = app.commandLine.getSwitchValue('data-dir')
  return {
    uiDir: join(root, 'dist', 'renderer'),
    preload: join(root, 'dist', 'main', 'preload.cjs'),
    serverEntry: join(root, 'dist', 'main', 'server-process.js'),
    keychainEntry: join(root, 'dist', 'main', 'keychain-process.js'),
    icon: join(root, 'resources', 'icon.png'),
    trayIcons: join(root, 'resources', 'tray'),
    userData,
    preferences: join(userData, 'preferences.toml'),
    /** `--data-dir=FOLDER` of this start; it overrules what the person chose. */
    toldDataDir: toldDataDir ? resolve(toldDataDir) : undefined,
    /** Where the instance lives if nobody says otherwise. */
    usualDataDir: join(userData, 'instance'),
  }
}

export type Locations = ReturnType<typeof findLocations>
