/**
 * `npm run dev`: the app, rebuilt as you edit. The window shows a changed interface after Ctrl+R; a change of the server
 * or the desktop starts the app anew. Arguments are passed on to the app.
 */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { forgetBuilds } from './build.mjs'
import { bundles, root } from './bundles.mjs'
import { prepareLaunch } from './launch.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

await orFailInOneLine(async () => {
  await requireNode()
  await ensurePackages(console.log)
  const { program, args, env } = await prepareLaunch(console.log)
  const app = createRunner(() => spawn(program, [...args, ...process.argv.slice(2)], { stdio: 'inherit', env }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, app.end)
  await forgetBuilds()
  const waiting = new Set(bundles.map(bundle => bundle.name))
  for (const bundle of bundles) {
    await watch(bundle, () => {
      const isFirst = waiting.delete(bundle.name)
      console.log(`Built ${bundle.name}`)
      if (waiting.size === 0 && (isFirst || bundle.name !== 'renderer')) app.restart()
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
 * Keeps one app running, until the person closes it.
 * @param {() => import('node:child_process').ChildProcess} start
 */
function createRunner(start) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let running
  let isLast = false
  const launch = () => {
    if (isLast) process.exit(1)
    running = start()
    running.once('exit', code => {
      running = undefined
      if (isLast || code === 0) process.exit(code ?? 1)
    })
  }
  return {
    restart() {
      if (!running) return launch()
      running.removeAllListeners('exit').once('exit', launch).kill()
    },
    end() {
      isLast = true
      if (running) running.kill()
      else process.exit(1)
    },
  }
}
