/**
 * The desktop's extras, absent in a plain browser, where the same interface runs without them.
 */
import type { z } from 'zod'
import {
  type Answer,
  type Bridge,
  type CommandName,
  type Commands,
  commands,
  type DesktopEventName,
  type DesktopEvents,
  desktopEvents,
  type ForOwner,
  type ShareOutcome,
} from '../../src-main/contract.ts'
import { AppError, ErrorCode } from '../../src-server/contract/errors.ts'

declare global {
  interface Window {
    readonly desktop?: Bridge
  }
}

export const isDesktop = window.desktop !== undefined

/** Performs a desktop command → its output. Throws the desktop's own `AppError`. */
export async function ask<N extends CommandName>(
  name: N,
  ...[input]: undefined extends z.input<Commands[N]['input']>
    ? [input?: z.input<Commands[N]['input']>]
    : [input: z.input<Commands[N]['input']>]
): Promise<z.output<Commands[N]['output']>> {
  const value = open(await bridge().invoke(name, input))
  return commands[name].output.parse(value) as z.output<Commands[N]['output']>
}

/** Hears a desktop event; returns the function that ends it. Does nothing in a browser. */
export function onDesktop<N extends DesktopEventName>(
  name: N,
  listener: (payload: z.output<DesktopEvents[N]>) => void,
): () => void {
  if (!window.desktop) return () => {}
  return window.desktop.on(name, payload => {
    listener(desktopEvents[name].parse(payload) as z.output<DesktopEvents[N]>)
  })
}

/**
 * Shares dropped files where they lie on this computer: their paths travel, not their bytes. One outcome for each file.
 * `forUser`: whose they become; `''`: the owner of this computer.
 */
export async function shareFilesInPlace(files: readonly File[], forUser: string): Promise<ShareOutcome[]> {
  return commands.shareDropped.output.parse(open(await bridge().shareFiles(files, forOwner(forUser))))
}

/** For whom the desktop shares something, in its own terms. */
export const forOwner = (username: string): ForOwner => (username === '' ? {} : { owner: username })

function bridge(): Bridge {
  if (!window.desktop) throw new AppError('not_allowed', 'Only the desktop app can do this')
  return window.desktop
}

function open(answer: Answer): unknown {
  if (answer.ok) return answer.value
  const code = ErrorCode.safeParse(answer.error.code)
  throw new AppError(code.success ? code.data : 'internal', answer.error.message)
}
