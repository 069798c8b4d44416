/**
 * The default app of a runtime that came without one: what Electron's own does for us. It loads every `-r MODULE`, takes
 * the first plain argument for the app's folder, makes that package's name, version and path the app's, and runs its main.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const require = createRequire(import.meta.url)
const args = process.argv.slice(1)
let folder

for (let arg = args.shift(); arg !== undefined && folder === undefined; arg = args.shift()) {
  if (arg === '-r' || arg === '--require') require(args.shift())
  else if (!arg.startsWith('-')) folder = resolve(arg)
}
if (folder === undefined) {
  process.stderr.write('Name the folder of an app\n')
  process.exit(2)
}

Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true })
const { name, productName, version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
app.setVersion(version)
app.setName(productName ?? name)
app.setAppPath(folder)
await import(pathToFileURL(join(folder, main)).href)
