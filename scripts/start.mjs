/** `npm start`: sets up what is missing, then runs the app; its arguments, signals and exit code are the app's. */
import { spawn } from 'node:child_process'
import { ensureBuilt } from './build.mjs'
import { prepareLaunch } from './launch.mjs'
import { ensurePackages, orFailInOneLine, requireNode } from './setup.mjs'

await orFailInOneLine(async () => {
  await requireNode()
  await ensurePackages(console.log)
  const { program, args, env, needs } = await prepareLaunch(console.log)
  await ensureBuilt(console.log, needs)
  run(program, [...args, ...process.argv.slice(2)], env)
})

/** @param {string} program @param {readonly string[]} args @param {NodeJS.ProcessEnv} env */
function run(program, args, env) {
  // In a group of its own the app hears of a Ctrl+C from here alone, and once: a second signal ends Electron on the spot.
  const app = spawn(program, args, { stdio: 'inherit', env, detached: process.platform !== 'win32' })
  let isTold = false
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!isTold) app.kill(signal)
      isTold = true
    })
  }
  app.on('error', error => {
    console.error(`The app does not start: ${error.message}`)
    process.exitCode = 1
  })
  app.on('exit', (code, signal) => {
    if (signal) console.error(`The app was ended by ${signal}`)
    process.exitCode = code ?? 1
  })
}
