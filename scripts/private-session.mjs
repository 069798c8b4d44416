/**
 * A desktop session of its own for tests on Linux: a display, a message bus and an unlocked keyring that end with the
 * command, and empty home folders for settings. Nothing in it can see, or change, what belongs to the person.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Unlocks (and so makes) a keyring, then becomes the command on a screen of its own. */
const insideTheBus = `
printf throw-away | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
exec xvfb-run --auto-servernum --server-args='-screen 0 1280x900x24' "$@"
`

/**
 * @typedef {object} Session
 * @property {(command: readonly string[]) => string[]} wrap the command line that runs a command in the session
 * @property {NodeJS.ProcessEnv} env what the command needs in its environment
 * @property {() => void} close removes what the session left on the disk
 */

/** @returns {Session} */
export function openPrivateSession() {
  if (process.platform !== 'linux') return { wrap: command => [...command], env: {}, close: () => {} }
  const home = mkdtempSync(join(tmpdir(), 'trunk8-session-'))
  /** @param {string} name */
  const folder = name => {
    mkdirSync(join(home, name), { mode: 0o700 })
    return join(home, name)
  }
  return {
    wrap: command => ['dbus-run-session', '--', 'sh', '-c', insideTheBus, 'session', ...command],
    env: {
      XDG_DATA_HOME: folder('data'),
      XDG_CONFIG_HOME: folder('config'),
      XDG_CACHE_HOME: folder('cache'),
      XDG_RUNTIME_DIR: folder('run'),
      XDG_SESSION_TYPE: 'x11',
      // Without a UTF-8 locale Chromium cannot name the files of most people.
      LC_ALL: 'C.UTF-8',
      WAYLAND_DISPLAY: undefined,
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  }
}
