/**
 * Builds the app into `dist`. Each bundle is made aside and swapped in whole, so that nobody ever runs half a build,
 * and leaves a stamp of the sources it was made from: `ensureBuilt` makes only what is missing or stale.
 *
 *     node scripts/build.mjs [BUNDLE…]     no name: all of them; their names are in bundles.mjs
 */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundles, root } from './bundles.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

/** @typedef {import('./bundles.mjs').Bundle} Bundle */

const dist = join(root, 'dist')
/** What goes into every bundle besides its own sources. */
const toolSources = ['package.json', 'package-lock.json', 'vite.config.ts', 'scripts']

/**
 * Builds whatever is missing or was made from other sources.
 * @param {(line: string) => void} say hears one short line for each bundle that is made
 * @param {readonly string[]} [names] of the bundles that matter; all unless given
 */
export async function ensureBuilt(say, names) {
  const stale = []
  for (const bundle of bundles.filter(({ name }) => !names || names.includes(name))) {
    if ((await readStamp(bundle)) !== (await fingerprint(bundle))) stale.push(bundle)
  }
  for (const bundle of stale) await build(bundle, say)
}

/** To be called by whoever is about to change `dist` in another way: the next `ensureBuilt` makes all of it. */
export async function forgetBuilds() {
  await Promise.all(bundles.map(bundle => rm(stampFile(bundle), { force: true })))
}

/** @param {Bundle} bundle @param {(line: string) => void} say */
async function build(bundle, say) {
  const { build: viteBuild } = await import('vite')
  const began = performance.now()
  const stamp = await fingerprint(bundle)
  const aside = join(dist, `.making-${bundle.name}-${process.pid}`)
  try {
    await viteBuild({ logLevel: 'warn', ...bundle.config(aside) })
    await swapIn(bundle, aside)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  await writeFile(stampFile(bundle), stamp)
  say(`Build: dist/${bundle.output} made in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}

/** @param {Bundle} bundle @param {string} aside */
async function swapIn(bundle, aside) {
  const target = join(dist, bundle.output)
  await mkdir(dirname(target), { recursive: true })
  if (bundle.name !== 'renderer') return rename(join(aside, bundle.output.split('/').at(-1) ?? ''), target)
  const old = `${aside}-old`
  await rename(target, old).catch(ignoreMissing)
  await rename(aside, target)
  await rm(old, { recursive: true, force: true })
}

/** @param {Bundle} bundle */
const stampFile = bundle => join(dist, `.stamp-${bundle.name}`)

/** @param {Bundle} bundle @returns {Promise<string | undefined>} */
async function readStamp(bundle) {
  const isThere = await stat(join(dist, bundle.output)).catch(ignoreMissing)
  return isThere && (await readFile(stampFile(bundle), 'utf8').catch(ignoreMissing))
}

/** Hash of all that goes into a bundle. @param {Bundle} bundle */
async function fingerprint(bundle) {
  const hash = createHash('sha256')
  for (const source of [...toolSources, ...bundle.sources]) {
    for (const file of await listFiles(source)) hash.update(`${file}\0`).update(await readFile(join(root, file)))
  }
  return hash.digest('hex')
}

/** @param {string} path file or folder, relative to the root @returns {Promise<string[]>} */
async function listFiles(path) {
  if (!(await stat(join(root, path))).isDirectory()) return [path]
  const entries = await readdir(join(root, path), { withFileTypes: true, recursive: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}

/** @param {NodeJS.ErrnoException} error @returns {undefined} */
function ignoreMissing(error) {
  if (error.code !== 'ENOENT') throw error
}

/** @param {readonly string[]} names */
async function main(names) {
  const unknown = names.filter(name => !bundles.some(bundle => bundle.name === name))
  if (unknown.length > 0) {
    console.error(`No bundle is called ${unknown.join(', ')}. There are: ${bundles.map(b => b.name).join(', ')}`)
    process.exit(2)
  }
  await requireNode()
  await ensurePackages(console.log)
  const wanted = names.length === 0 ? bundles : bundles.filter(bundle => names.includes(bundle.name))
  for (const bundle of wanted) await build(bundle, console.log)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await orFailInOneLine(() => main(process.argv.slice(2)))
}
