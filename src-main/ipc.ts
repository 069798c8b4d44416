/**
 * Both ends of the window's bridge that lie in main: commands come in on one channel, events go out on another.
 * Unknown names, foreign frames and arguments of the wrong shape are refused before any handler runs.
 */
import { ipcMain, type WebContents } from 'electron'
import type { z } from 'zod'
import { AppError } from '../src-server/contract/index.ts'
import {
  type Answer,
  type CommandName,
  commands,
  type DesktopEventName,
  type DesktopEvents,
  desktopEvents,
  type Handlers,
} from './contract.ts'
import { isOurFrame } from './lockdown.ts'
import type { Log } from './log.ts'

/** Answers every command in the contract; a missing handler does not compile. */
export function answerCommands(handlers: Handlers, log: Log): void {
  ipcMain.handle('command', async (event, name: unknown, input: unknown): Promise<Answer> => {
    try {
      const frame = event.senderFrame
      if (frame !== event.sender.mainFrame || !isOurFrame(frame)) {
        throw new AppError('not_allowed', 'Commands are for the window of Trunk8 alone')
      }
      return { ok: true, value: await run(handlers, name, input) }
    } catch (error) {
      return { ok: false, error: toAnswer(error, String(name), log) }
    }
  })
}

async function run(handlers: Handlers, name: unknown, input: unknown): Promise<unknown> {
  if (!isCommand(name)) throw new AppError('not_found', 'There is no such command')
  const handle = handlers[name] as (input: unknown) => Promise<unknown>
  const parsed = commands[name].input.safeParse(input)
  if (!parsed.success) {
    throw new AppError('invalid_input', parsed.error.issues[0]?.message ?? 'This cannot be read', {
      cause: parsed.error,
    })
  }
  return commands[name].output.parse(await handle(parsed.data))
}

const isCommand = (name: unknown): name is CommandName => typeof name === 'string' && Object.hasOwn(commands, name)

function toAnswer(error: unknown, name: string, log: Log): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  log.error(`The command ${name.slice(0, 50)} failed`, error)
  return { code: 'internal', message: 'That did not work. The log of the desktop says why' }
}

/** Tells a window what happened. */
export function announce<N extends DesktopEventName>(
  contents: WebContents,
  name: N,
  payload: z.input<DesktopEvents[N]>,
): void {
  contents.send('event', name, desktopEvents[name].parse(payload))
}
