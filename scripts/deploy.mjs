/**
 * `npm run deploy [-- FOLDER]`: makes the folder that a server without a screen runs, in `release/headless` unless told
 * otherwise: the built server and interface, and the two native packages of this kind of computer. It needs Node alone:
 *
 *     node FOLDER/dist/server/headless.js --data-dir /srv/trunk8
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root } from './bundles.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

await orFailInOneLine(async () => {
  await requireNode()
  await ensurePackages(console.log)
  await ensureBuilt(console.log, ['renderer', 'server'])
  const target = resolve(process.argv[2] ?? join(root, 'release', 'headless'))
  const aside = `${target}.making-${process.pid}`
  try {
    await fill(aside)
    await swapIn(aside, target)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  console.log(`Made: ${target}`)
})

/** @param {string} folder */
async function fill(folder) {
  await copy('dist/server/headless.js', folder)
  await copy('dist/renderer', folder)
  for (const name of await listNativePackages()) await copy(`node_modules/@node-rs/${name}`, folder)
  await writeFile(join(folder, 'package.json'), await describePackage())
}

/** @param {string} path below the root @param {string} folder */
async function copy(path, folder) {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await cp(join(root, path), join(folder, path), { recursive: true })
}

/** The packages that hash passwords, each with the binary of this kind of computer, which npm has chosen. */
async function listNativePackages() {
  const names = await readdir(join(root, 'node_modules', '@node-rs'))
  return names.filter(name => /^(argon2|bcrypt)(-|$)/.test(name))
}

async function describePackage() {
  const { version, license, engines } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const scripts = { start: 'exec node dist/server/headless.js' }
  return `${JSON.stringify({ name: 'trunk8-server', version, license, private: true, type: 'module', engines, scripts }, null, 2)}\n`
}

/** Whoever looks finds the old folder or the new one, never half of it. @param {string} aside @param {string} target */
async function swapIn(aside, target) {
  const old = `${aside}-old`
  await mkdir(dirname(target), { recursive: true })
  await rename(target, old).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(aside, target)
  await rm(old, { recursive: true, force: true })
}
