/**
 * `npm run dev`: the app, rebuilt as you edit. The window shows a changed interface after Ctrl+R; a change of the server
 * or the desktop starts the app anew. Arguments are passed on to the app.
 */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { bundles, root } from './bundles.mjs'
import { prepareLaunch } from './launch.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

await orFailInOneLine(async () => {
  await requireNode()
  await ensurePackages(console.log)
  const { program, args, env } = await prepareLaunch(console.log)
  const restart = createRestart(() => spawn(program, [...args, ...process.argv.slice(2)], { stdio: 'inherit', env }))
  const waiting = new Set(bundles.map(bundle => bundle.name))
  for (const bundle of bundles) {
    await watch(bundle, () => {
      const isFirst = waiting.delete(bundle.name)
      console.log(`Built ${bundle.name}`)
      if (waiting.size === 0 && (isFirst || bundle.name !== 'renderer')) restart()
    })
  }
})

/** @param {import('./bundles.mjs').Bundle} bundle @param {() => void} handleBuilt */
async function watch({ name, output, config }, handleBuilt) {
  const { build } = await import('vite')
  const folder = join(root, 'dist', name === 'renderer' ? output : dirname(output))
  const { build: options, ...rest } = config(folder)
  const watcher = await build({ logLevel: 'warn', ...rest, build: { ...options, emptyOutDir: false, watch: {} } })
  if (!('on' in watcher)) throw new Error(`${name} cannot be watched`)
  watcher.on('event', event => {
    if (event.code === 'ERROR') console.error(event.error.message)
    if (event.code === 'END') handleBuilt()
  })
}

/**
 * @param {() => import('node:child_process').ChildProcess} start
 * @returns {() => void} ends the app if it runs, and starts it
 */
function createRestart(start) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let app
  const launch = () => {
    const launched = start()
    app = launched
    launched.on('exit', code => {
      if (app !== launched) return launch()
      // The person closed it: there is nothing left to watch for.
      if (code === 0) process.exit(0)
    })
  }
  return () => {
    const isRunning = app && app.exitCode === null && app.signalCode === null
    const old = app
    app = undefined
    if (isRunning) old?.kill()
    else launch()
  }
}
