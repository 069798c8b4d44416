import { randomUUID } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import electronLog from 'electron-log/node'

/**
 * The instance's own log: one event, one line, in the form `2026-11-24 03:30:12,123 INFO: message`, in local time.
 * What a client sent can never start a line of its own. Files are kept small and few.
 */
export interface Log {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  /** The error's stack goes along, in the same line. */
  error(message: string, error?: unknown): void
}

/** The log that the instance holds: from the next line on, another level or size may count. */
export interface AdjustableLog extends Log {
  setLevel(level: LogLevel): void
  setFiles(files: LogFiles): void
}

/** How large a file may grow, and how many old ones stay beside it. */
export interface LogFiles {
  readonly maxBytes: number
  readonly keep: number
}

export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogOptions {
  /** Folder of app.log; it is there. */
  readonly folder: string
  readonly level: LogLevel
  readonly files: LogFiles
  /** Also write to the standard output. */
  readonly console: boolean
}

const names = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' } as const

export function createLog({ folder, level, files, console }: LogOptions): AdjustableLog {
  const logger = electronLog.create({ logId: randomUUID() })
  const { file } = logger.transports
  // It looks for a name to make a path of, and writes nothing at all when it finds none.
  file.setAppName('trunk8')
  file.resolvePathFn = () => join(folder, 'app.log')
  file.writeOptions = { ...file.writeOptions, mode: 0o600 }
  const setFiles = ({ maxBytes, keep }: LogFiles) => {
    file.maxSize = maxBytes
    file.archiveLogFn = old => rotate(old.path, keep)
  }
  setFiles(files)
  const setLevel = (level: LogLevel) => {
    file.level = toTheirLevel(level)
    logger.transports.console.level = console && toTheirLevel(level)
  }
  setLevel(level)
  if (logger.transports.ipc) logger.transports.ipc.level = false
  logger.transports.remote.level = false
  const toLine: (typeof file.transforms)[number] = ({ message }) => {
    const { date, level, data } = message as { date: Date; level: keyof typeof names; data: unknown[] }
    return formatLine(date, names[level], String(data[0])) as unknown as unknown[]
  }
  file.transforms = [toLine]
  logger.transports.console.transforms = [options => [toLine(options)]]
  return {
    debug: message => logger.debug(message),
    info: message => logger.info(message),
    warn: message => logger.warn(message),
    error: (message, error) => logger.error(error === undefined ? message : `${message}: ${describe(error)}`),
    setLevel,
    setFiles,
  }
}

/** `2026-11-24 03:30:12,123 INFO: message`, with every control character as `\xHH`, and no API key. */
export function formatLine(date: Date, level: string, message: string): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, '0')} ${level}: ${hideKeys(escapeControls(message))}`
}

/** Text without the secret of any API key in it, as of one that somebody put into an address. */
const hideKeys = (text: string): string => text.replace(/(t8(?:_|%5f)[0-9a-z]{8}(?:_|%5f))[\w%-]+/gi, '$1…')

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a line of the log
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

const escapeControls = (text: string): string =>
  text.replace(controls, char => {
    const code = char.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\n  caused by ${describe(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

/** app.log → app.1.log → … ; the oldest is written over, and what is left of a time when more were kept goes. */
function rotate(path: string, keep: number): void {
  const numbered = (index: number) => join(dirname(path), index === 0 ? 'app.log' : `app.${index}.log`)
  for (let index = keep + 1; existsSync(numbered(index)); index += 1) attempt(() => rmSync(numbered(index)))
  for (let index = keep - 1; index >= 0; index -= 1) attempt(() => renameSync(numbered(index), numbered(index + 1)))
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // There are fewer files yet; a log that cannot be moved goes on growing rather than stop the server.
  }
}

function toTheirLevel(level: LogLevel): 'debug' | 'info' | 'warn' | 'error' {
  if (level === 'CRITICAL' || level === 'ERROR') return 'error'
  return level === 'WARNING' ? 'warn' : level === 'INFO' ? 'info' : 'debug'
}
