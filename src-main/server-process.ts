/** Entry of the utility process: runs the server as main tells it to, and ends with it. Of Electron it sees the port. */
import { type RunningServer, StartError, startServer } from '../src-server/index.ts'
import type { FromServerProcess, ServerStart, ToServerProcess } from './server-messages.ts'
import { createVaultClient } from './vault-client.ts'

const { parentPort } = process
let server: Promise<RunningServer> | undefined
const say = (message: FromServerProcess): void => parentPort.postMessage(message)
const { vault, settle } = createVaultClient(say)

parentPort.on('message', ({ data }) => {
  const message: ToServerProcess = data
  switch (message.type) {
    case 'start':
      server ??= start(message.options)
      return
    case 'stop':
      void stop()
      return
    case 'vaultAnswer':
      settle(message)
      return
    default:
      message satisfies never
  }
})

async function start(options: ServerStart): Promise<RunningServer> {
  try {
    const saveAdminPassword = (password: string) => vault.write('admin-password', password)
    const running = await startServer({ ...options, secrets: { ...options.secrets, saveAdminPassword, vault } })
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
