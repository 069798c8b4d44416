/** Entry of the utility process: runs the server as main tells it to, and ends with it. Of Electron it sees the port. */
import { type RunningServer, StartError, startServer } from '../src-server/index.ts'
import type { FromServerProcess, ToServerProcess } from './server-messages.ts'

const { parentPort } = process
let server: Promise<RunningServer> | undefined

parentPort.on('message', ({ data }) => {
  const message: ToServerProcess = data
  if (message.type === 'start') server ??= start(message.options)
  else void stop()
})

async function start(options: Parameters<typeof startServer>[0]): Promise<RunningServer> {
  try {
    const running = await startServer(options)
    say({ type: 'ready' })
    return running
  } catch (error) {
    const isKnown = error instanceof StartError
    if (!isKnown) console.error(error)
    const detail = isKnown ? error.message : 'The sharing service could not start. The log of the desktop says why'
    say({ type: 'failed', reason: isKnown ? error.reason : 'unknown', detail })
    throw error
  }
}

async function stop(): Promise<void> {
  const running = await server?.catch(() => undefined)
  await running?.stop()
  process.exit(0)
}

const say = (message: FromServerProcess): void => parentPort.postMessage(message)
