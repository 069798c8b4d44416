/**
 * `npm run package [-- --dir]`: makes this system's installers in `release`, or with `--dir` only the folder that they
 * pack. Where the release host of the tools cannot be reached, makes what needs none of them and says what it left out.
 */
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensureBuilt } from './build.mjs'
import { bundles, root } from './bundles.mjs'
import { ensureRuntime, isReleaseHostReachable } from './electron-runtime.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

/** @typedef {import('electron-builder').Configuration} Configuration */

/** The server alone is for other machines than those with a desktop. */
const desktopBundles = bundles.map(({ name }) => name).filter(name => name !== 'server')

await orFailInOneLine(async () => {
  await requireNode()
  await ensurePackages(console.log)
  const targets = process.argv.includes('--dir') ? ['dir'] : await chooseTargets()
  const runtime = await ensureRuntime(console.log)
  await ensureBuilt(console.log, desktopBundles)
  const { build, Platform, Arch, archFromString } = await import('electron-builder')
  const isMac = process.platform === 'darwin'
  if (isMac) await addOtherProcessor()
  const arch = isMac ? Arch.universal : archFromString(process.arch)
  const made = await build({
    projectDir: root,
    targets: Platform.current().createTarget(targets, arch),
    config: isMac ? { extends: 'electron-builder.yml' } : packRuntime(runtime),
  })
  for (const file of made) console.log(`Made: ${file}`)
})

/** A universal app carries the native packages of both kinds of Mac; npm installed those of this one. */
async function addOtherProcessor() {
  const packages = await Promise.all(
    ['argon2', 'bcrypt'].map(async name => {
      const { version } = JSON.parse(await readFile(join(root, `node_modules/@node-rs/${name}/package.json`), 'utf8'))
      return ['x64', 'arm64'].map(arch => `@node-rs/${name}-darwin-${arch}@${version}`)
    }),
  )
  await promisify(execFile)('npm', ['install', '--no-save', '--force', '--ignore-scripts', ...packages.flat()], {
    cwd: root,
  })
}

/** What can be made here: all that `electron-builder.yml` names, unless its tools are out of reach. */
async function chooseTargets() {
  if (await isReleaseHostReachable()) return []
  if (process.platform !== 'linux') {
    throw new Error(
      'The installer’s tools cannot be downloaded: their release host is out of reach. Connect to the internet',
    )
  }
  console.log('Left out: AppImage, whose tools cannot be downloaded: their release host is out of reach')
  console.log('The deb is packed by dpkg-deb, in place of fpm')
  process.env.CUSTOM_FPM_PATH = join(root, 'scripts', 'deb.mjs')
  return ['deb']
}

/**
 * Packs the Electron that is here already, without the app that it would run when it has none.
 * @param {import('./electron-runtime.mjs').Runtime} runtime
 * @returns {Configuration}
 */
function packRuntime({ folder, version }) {
  return {
    extends: 'electron-builder.yml',
    electronDist: folder,
    electronVersion: version,
    afterPack: async ({ appOutDir }) => {
      await rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true })
      await rm(join(appOutDir, 'version'), { force: true })
    },
  }
}
