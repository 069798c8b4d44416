/**
 * The packages that bring a binary for each kind of computer as a package of its own. npm installs this computer's only
 * where the lockfile names it, and a lockfile names those alone that its registry served when it was written.
 */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const packages = ['@node-rs/argon2', '@node-rs/bcrypt']

/** @typedef {{ platform: string, arch: string, isMusl: boolean }} System */

/** @returns {System} */
const thisSystem = () => ({ platform: process.platform, arch: process.arch, isMusl: isMusl() })

function isMusl() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return process.platform === 'linux' && !report.header?.glibcVersionRuntime
}

/**
 * The binaries that this computer lacks, as npm wants to be asked for them: `@node-rs/bcrypt-linux-arm64-gnu@2.0.0`.
 * @param {string} folder with the `node_modules`
 * @param {System} [system]
 * @returns {Promise<string[]>} throws where a package has no binary for this kind of computer
 */
export async function listMissingBinaries(folder, system = thisSystem()) {
  const missing = []
  for (const name of packages) {
    const { optionalDependencies = {} } = JSON.parse(
      await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
    )
    const binary = `${name}-${describe(system)}`
    const version = optionalDependencies[binary]
    if (!version) throw new Error(`${name} has no binary for ${describe(system)}, so Trunk8 cannot run here`)
    if (!(await isThere(join(folder, 'node_modules', binary)))) missing.push(`${binary}@${version}`)
  }
  return missing
}

/** As the packages name it. @param {System} system */
function describe({ platform, arch, isMusl }) {
  if (platform === 'win32') return `win32-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  if (arch === 'arm') return 'linux-arm-gnueabihf'
  return `linux-${arch}-${isMusl ? 'musl' : 'gnu'}`
}

/** @param {string} path */
const isThere = path =>
  access(path).then(
    () => true,
    () => false,
  )
