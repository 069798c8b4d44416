/** How the built app is run on this machine: in Electron, or the server alone where no window can be shown. */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { headlessFile, root } from './bundles.mjs'
import { ensureRuntime } from './electron-runtime.mjs'
import { ensureSystem } from './setup.mjs'

/**
 * Sets up what running the app takes, and says so.
 * @param {(line: string) => void} say
 * @returns {Promise<{ program: string, args: string[], env: NodeJS.ProcessEnv, needs?: string[] }>} the command, and the
 * bundles it runs unless that is all of them
 */
export async function prepareLaunch(say) {
  if (!hasDisplay(process.env, process.platform)) {
    say('No display here: the server runs alone. Ctrl+C ends it')
    return { program: process.execPath, args: [headlessFile], env: process.env, needs: ['renderer', 'server'] }
  }
  await ensureSystem(['electron'], say)
  const { executable, folder } = await ensureRuntime(say)
  return { program: executable, args: [root, ...sandboxFlags(folder)], env: { ...process.env, ...fileNameLocale() } }
}

/** Whether a window can be shown here. @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform */
function hasDisplay(env, platform) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/**
 * Chromium has no sandbox for root, and none without either user namespaces or its set-uid helper.
 * @param {string} folder of the runtime
 */
function sandboxFlags(folder) {
  if (process.platform !== 'linux') return []
  if (process.getuid?.() === 0) return ['--no-sandbox', '--trunk8-test-no-sandbox']
  const helper = join(folder, 'chrome-sandbox')
  if (spawnSync('unshare', ['--user', 'true']).status === 0 || isSetuidRoot(helper)) return []
  throw new Error(
    `This system lets no program make a sandbox of its own. Once: sudo chown root ${helper} && sudo chmod 4755 ${helper}`,
  )
}

/** Without a UTF-8 locale Chromium cannot name the files of most people. @returns {NodeJS.ProcessEnv} */
function fileNameLocale() {
  const { LC_ALL, LC_CTYPE, LANG } = process.env
  const isSet = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')
  return process.platform !== 'linux' || isSet ? {} : { LC_ALL: 'C.UTF-8' }
}

/** @param {string} file */
function isSetuidRoot(file) {
  const { uid, mode } = statSync(file)
  return uid === 0 && (mode & 0o4000) !== 0
}
