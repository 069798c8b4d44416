/**
 * `npm run serve`: sets up what the server alone needs and runs it in this process, so that signals and flags reach it.
 * The standard output is the server's; what the set-up has to say goes to the standard error.
 */
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { headlessFile } from './bundles.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

await orFailInOneLine(async () => {
  await requireNode()
  await ensurePackages(console.error)
  await ensureBuilt(console.error, ['renderer', 'server'])
})
await import(pathToFileURL(headlessFile).href)
