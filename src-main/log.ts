/**
 * The desktop's own log, beside the server's and in the same form of line:
 * `2026-11-24 03:30:12,123 INFO: message`, one line per event. Nothing secret is ever handed to it.
 */
import { join } from 'node:path'
import type { LogMessage } from 'electron-log'
import electronLog from 'electron-log/node'

export interface Log {
  info(message: string): void
  warn(message: string): void
  error(message: string, error?: unknown): void
}

/** `console`: also to the standard output. electron-log's Node flavour, since its Electron one listens to the page. */
export function openLog(folder: string, { console }: { console: boolean }): Log {
  const { file, console: terminal } = electronLog.transports
  file.resolvePathFn = () => join(folder, 'desktop.log')
  file.maxSize = 10 * 1024 * 1024
  file.format = ({ message }) => [toLine(message)]
  terminal.format = ({ message }) => [toLine(message)]
  terminal.level = console && 'info'
  return {
    info: message => electronLog.info(message),
    warn: message => electronLog.warn(message),
    error: (message, error) => electronLog.error(error === undefined ? message : `${message}: ${describe(error)}`),
  }
}

/** A fault in one corner is written down and must not end the sharing. */
export function logUncaught(log: Log): void {
  process.on('uncaughtException', error => log.error('Uncaught', error))
  process.on('unhandledRejection', reason => log.error('Nobody caught', reason))
}

const levels: Record<string, string> = { warn: 'WARNING' }

function toLine({ date, level, data }: LogMessage): string {
  return `${toLocalTime(date)} ${levels[level] ?? level.toUpperCase()}: ${escapeControls(data.join(' '))}`
}

/** `2026-11-24 03:30:12,123`, local time. */
function toLocalTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 23).replace('T', ' ').replace('.', ',')
}

/** A line break in a file name must not look like an event of its own. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

const longestError = 4000

const describe = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, longestError)
