/** The way out: asks while transfers run, puts everything away in order, and only then lets the app end. */
import { app, dialog, powerMonitor } from 'electron'
import type { Log } from './log.ts'

export interface QuitOptions {
  readonly runningTransfers: () => number
  /** Puts everything away. */
  readonly shutDown: () => Promise<void>
  readonly log: Log
}

/** From here on the app ends by `app.quit()`, a signal or the system's end, never because its window was closed. */
export function handleQuit({ runningTransfers, shutDown, log }: QuitOptions): void {
  let state: 'running' | 'asking' | 'ending' | 'ended' = 'running'

  async function ask(): Promise<void> {
    state = 'asking'
    if (await mayQuit(runningTransfers())) await end()
    else if (state === 'asking') state = 'running'
  }

  async function end(): Promise<void> {
    if (state === 'ending' || state === 'ended') return
    state = 'ending'
    await shutDown().catch(error => log.error('Not everything could be put away', error))
    state = 'ended'
    app.quit()
  }

  app.on('window-all-closed', () => {})
  app.on('before-quit', event => {
    if (state === 'ended') return
    event.preventDefault()
    if (state === 'running') void ask()
  })
  // Nobody is there to answer when the system ends or a signal comes.
  const endAtOnce = () => void end()
  powerMonitor.on('shutdown', endAtOnce)
  process.on('SIGTERM', endAtOnce)
  process.on('SIGINT', endAtOnce)
}

async function mayQuit(running: number): Promise<boolean> {
  if (running === 0) return true
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: running === 1 ? 'One transfer is still running' : `${running} transfers are still running`,
    detail: 'Quitting stops it here. What has not arrived is not shared.',
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  })
  return response === 1
}
