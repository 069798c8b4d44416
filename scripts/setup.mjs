/**
 * The steps that make a fresh copy of this project ready, one function each, with Node's own modules alone. A step that
 * has nothing to do does nothing; one that cannot do its work throws an error of one line: what, why, what to do.
 */
import { execFile, spawnSync } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { listMissingBinaries } from './native-packages.mjs'

const run = promisify(execFile)
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** @typedef {(line: string) => void} Say */
/** @typedef {keyof typeof debianPackages} Purpose */

/** Debian's packages by what they are for; where a package was renamed, its names, the first known one counts. */
const debianPackages = {
  electron: [
    ['libgtk-3-0', 'libgtk-3-0t64'],
    ['libasound2', 'libasound2t64'],
    ['libnss3'],
    ['libgbm1'],
    ['libxss1'],
    ['libxtst6'],
    ['libnotify4'],
    ['libsecret-1-0'],
  ],
  display: [['xvfb'], ['xauth']],
  keyring: [['dbus'], ['dbus-x11'], ['gnome-keyring']],
  browser: [['chromium']],
  tools: [['curl'], ['systemd']],
  fonts: [['fonts-dejavu-core'], ['fonts-noto-color-emoji']],
  proxies: [['nginx'], ['caddy'], ['apache2-bin'], ['openssl']],
  guards: [['fail2ban'], ['sslscan'], ['testssl.sh'], ['libnss3-tools'], ['apache2-utils']],
  attacks: [['slowhttptest'], ['wapiti'], ['ffuf'], ['zzuf']],
  identity: [['oathtool'], ['simplesamlphp'], ['php-cli'], ['php-xml'], ['php-mbstring'], ['php-curl'], ['faketime']],
}

/** Programs that show, on any Linux, that what the purpose needs is there. @type {Partial<Record<Purpose, string[]>>} */
const programs = {
  display: ['xvfb-run', 'xauth'],
  keyring: ['dbus-run-session', 'gnome-keyring-daemon'],
  browser: ['chromium'],
  tools: ['curl'],
}

/** Refuses a Node that the tools of the build do not run on. */
export async function requireNode() {
  const { engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  if (isInRange(process.versions.node, engines.node)) return
  throw new Error(
    `Node ${process.versions.node} is too old. Install the newest from nodejs.org (${engines.node} will do)`,
  )
}

/**
 * @param {string} version
 * @param {string} range of the forms `^1.2.3` (this major alone) and `>=1.2.3`, with `||` between
 */
export function isInRange(version, range) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return range.split('||').some(part => {
    const [wantedMajor = 0, wantedMinor = 0] = part
      .replace(/[^0-9.]/g, '')
      .split('.')
      .map(Number)
    if (major === wantedMajor) return minor >= wantedMinor
    return major > wantedMajor && !part.includes('^')
  })
}

/** Installs the npm packages if any is missing or not the one that the lockfile names. @param {Say} say */
export async function ensurePackages(say) {
  if (!(await arePackagesCurrent(root))) {
    say('Packages: npm install')
    // Not `npm ci`: it wants the lockfile to name the binaries of all other systems too, which not every registry serves.
    npmInstall([])
  }
  const missing = await listMissingBinaries(root)
  if (missing.length === 0) return
  say(`Packages: ${missing.join(', ')}`)
  npmInstall(missing)
}

/** No package needs its install script: the native ones bring their binaries along. @param {readonly string[]} packages */
function npmInstall(packages) {
  const args = [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel',
    'error',
    ...packages,
  ]
  const { status, stderr, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: isWindows })
  if (status === 0) return
  throw new Error(
    `npm install failed (${error?.message ?? whyNpmFailed(stderr)}). Check that the npm registry can be reached`,
  )
}

/** npm's own word for it, such as ENOTFOUND. @param {unknown} stderr */
export const whyNpmFailed = stderr => firstLine(stderr)?.replace(/^npm error (code )?/, '') || 'it did not say why'

const isWindows = process.platform === 'win32'

/**
 * Compares what npm noted of its last installation with the lockfile.
 * @param {string} folder
 */
export async function arePackagesCurrent(folder) {
  const installed = await readPackages(join(folder, 'node_modules', '.package-lock.json'))
  if (!installed) return false
  const wanted = (await readPackages(join(folder, 'package-lock.json'))) ?? {}
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path]
    // What is optional may be for other systems.
    return path === '' || (found ? found.version === version : optional === true)
  })
}

/** @param {string} lockfile @returns {Promise<Record<string, { version?: string, optional?: boolean }> | undefined>} */
async function readPackages(lockfile) {
  const text = await readFile(lockfile, 'utf8').catch(() => undefined)
  return text && JSON.parse(text).packages
}

/** What only some tests need: they skip themselves, with a word, where it is not there. */
const doorPurposes = /** @type {const} */ (['proxies', 'guards', 'attacks', 'identity'])

/** Installs what the tests of the door need, where that can be done without asking. @param {Say} say */
export async function ensureDoorTools(say) {
  if (process.platform === 'linux' && (await isDebianAsRoot())) await installDebianPackages(doorPurposes, say)
}

/**
 * Sees to it that the system has what the purposes need: installs it on Debian as root, else names what lacks.
 * @param {readonly Purpose[]} purposes
 * @param {Say} say
 */
export async function ensureSystem(purposes, say) {
  if (process.platform !== 'linux') return
  if (await isDebianAsRoot()) return installDebianPackages(purposes, say)
  const missing = []
  for (const purpose of purposes) {
    for (const program of programs[purpose] ?? [])
      if (!(await isProgramThere(program))) missing.push({ purpose, program })
  }
  if (missing.length === 0) return
  const names = missing.flatMap(({ purpose }) => debianPackages[purpose].map(([name]) => name))
  throw new Error(
    `This needs ${missing.map(m => m.program).join(', ')}. Install it; on Debian: apt-get install ${[...new Set(names)].join(' ')}`,
  )
}

async function isDebianAsRoot() {
  return process.getuid?.() === 0 && (await isProgramThere('apt-get'))
}

/** @param {string} name */
async function isProgramThere(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await access(join(folder, name)).then(
      () => true,
      () => false,
    )
    if (found) return true
  }
  return false
}

/** @param {readonly Purpose[]} purposes @param {Say} say */
async function installDebianPackages(purposes, say) {
  const installed = await listInstalled()
  const missing = purposes
    .flatMap(purpose => debianPackages[purpose])
    .filter(names => !names.some(name => installed.has(name)))
  if (missing.length === 0) return
  say(`Debian packages: installing ${missing.map(([name]) => name).join(', ')}`)
  await aptGet(['update'])
  const known = await Promise.all(missing.map(pickKnown))
  await aptGet(['install', '--yes', '--no-install-recommends', ...known])
}

async function listInstalled() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills these in
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n'], bigOutput)
  const lines = stdout.split('\n').filter(line => line.endsWith(' installed'))
  return new Set(lines.map(line => line.split(' ')[0]))
}

/** The first of a package's names that this Debian knows. @param {readonly string[]} names */
async function pickKnown(names) {
  for (const name of names) {
    const { stdout } = await run('apt-cache', ['policy', name])
    if (/Candidate: (?!\(none\))/.test(stdout)) return name
  }
  return names[0] ?? ''
}

/** @param {readonly string[]} args */
async function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['-qq', ...args], { ...bigOutput, env }).catch(error => {
    throw new Error(`apt-get ${args[0]} failed: ${firstLine(error.stderr) || error.message}`)
  })
}

const bigOutput = { maxBuffer: 64 * 1024 * 1024 }

/** @param {unknown} text */
const firstLine = text =>
  String(text ?? '')
    .trim()
    .split('\n')[0]

/** Runs a script's steps and turns what fails into one line and exit code 1. @param {() => Promise<void>} steps */
export async function orFailInOneLine(steps) {
  await steps().catch(error => {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(1)
  })
}
