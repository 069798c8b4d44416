/** The server without the desktop: `node headless.js --data-dir DIR --host ADDRESS --port PORT`. */
import { join } from 'node:path'
import { version } from '../package.json'
import { readDotEnv } from './dot-env.ts'
import { readHeadlessOptions } from './headless-options.ts'
import { openHeadlessSecrets } from './headless-secrets.ts'
import { type RunningServer, StartError, startServer } from './index.ts'

const patience = 10_500

async function main(): Promise<void> {
  // A `.env` in the working folder adds to the environment.
  const dotEnv = readDotEnv('.env')
  const { dataDir, listen, logLevel, overruledBy, ...given } = readHeadlessOptions(process.argv.slice(2), {
    env: process.env,
    dotEnv,
  })
  const secrets = await openHeadlessSecrets(dataDir, given)
  const uiDir = join(import.meta.dirname, '..', 'renderer')
  const starting = startServer({ dataDir, uiDir, secrets, listen, logLevel, overruledBy, sharing: 'on', version })
  stopOnSignal(starting)
  const server = await starting
  if (secrets.isNew) {
    console.log(`The admin password is ${secrets.adminPassword} and is kept in ${secrets.passwordFile}`)
  }
  const { host, port, confined } = server.sharing
  if (confined) console.error(confined)
  console.log(`listening on http://${host}${port === 80 ? '' : `:${port}`}`)
}

function stopOnSignal(starting: Promise<RunningServer>): void {
  let isStopping = false
  // Told twice is told once: a terminal and npm each pass a Ctrl+C on, and service managers tell every process of a group.
  const stop = () => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(0), patience).unref()
    starting
      .then(server => server.stop())
      .then(
        () => process.exit(0),
        error => fail(error),
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** Two is for what a person can mend, in one line; one is for what nobody foresaw. */
function fail(error: unknown): void {
  if (!(error instanceof StartError)) {
    console.error(error)
    process.exit(1)
  }
  console.error(error.message.replaceAll(/\s*\n\s*/g, ' '))
  process.exit(2)
}

main().catch(fail)
