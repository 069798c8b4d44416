/** Entry of the utility process: runs the server as main tells it to, and ends with it. Of Electron it sees the port. */
import { AppError } from '../src-server/contract/index.ts'
import { type RunningServer, StartError, startServer } from '../src-server/index.ts'
import type { FromServerProcess, ServerStart, ToServerProcess } from './server-messages.ts'

const { parentPort } = process
let server: Promise<RunningServer> | undefined
/** Passwords that main has not kept yet, by the number under which it was asked to. */
const unsaved = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()

parentPort.on('message', ({ data }) => {
  const message: ToServerProcess = data
  switch (message.type) {
    case 'start':
      server ??= start(message.options)
      return
    case 'stop':
      void stop()
      return
    case 'adminPasswordSaved':
      settle(message)
      return
    default:
      message satisfies never
  }
})

async function start(options: ServerStart): Promise<RunningServer> {
  try {
    const running = await startServer({ ...options, secrets: { ...options.secrets, saveAdminPassword } })
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

let asked = 0

/** Main has the keychain. Rejects with its own words where it could not keep the password. */
function saveAdminPassword(password: string): Promise<void> {
  asked += 1
  const id = asked
  return new Promise((resolve, reject) => {
    unsaved.set(id, { resolve, reject })
    say({ type: 'saveAdminPassword', id, password })
  })
}

function settle({ id, problem }: Extract<ToServerProcess, { type: 'adminPasswordSaved' }>): void {
  const waiting = unsaved.get(id)
  unsaved.delete(id)
  if (problem === undefined) waiting?.resolve()
  else waiting?.reject(new AppError('not_ready', problem))
}

const say = (message: FromServerProcess): void => parentPort.postMessage(message)
