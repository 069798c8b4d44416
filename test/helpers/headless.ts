import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { ensureBuilt } from '../../scripts/build.mjs'
import { headlessFile } from '../../scripts/bundles.mjs'

/** The headless command as a process of its own, as it is shipped. */
export interface HeadlessRun {
  readonly child: ChildProcess
  /** Everything it said so far. */
  readonly out: () => string
  readonly err: () => string
  /** The URL that it says it listens on. Rejects if it ends before. */
  readonly ready: Promise<string>
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>
}

export interface HeadlessOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The working folder, where a `.env` may lie. */
  readonly cwd: string
  /** Of a folder that was made to be run elsewhere; else the project's own. */
  readonly file?: string
  /** By a user without any rights, where the tests run as root. */
  readonly isUnprivileged?: boolean
}

/** `nobody`, whom every Linux knows. */
export const nobody = { uid: 65_534, gid: 65_534 }

/** Builds the command where it is stale. */
export const buildHeadless = (): Promise<void> => ensureBuilt(() => {}, ['server'])

export function runHeadless({ args = [], env = {}, cwd, file, isUnprivileged }: HeadlessOptions): HeadlessRun {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TRUNK8_'))
  const child = spawn(process.execPath, [file ?? headlessFile, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    ...(isUnprivileged && process.getuid?.() === 0 && nobody),
  })
  let [out, err] = ['', '']
  const ended = new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', text => {
      out += text
      const url = /^listening on (\S+)$/m.exec(out)?.[1]
      if (url) resolve(url)
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      err += text
    })
    void ended.then(code => reject(new Error(`It ended with ${code}: ${err}`)))
  })
  ready.catch(() => {})
  return { child, out: () => out, err: () => err, ready, ended }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  const probe = createServer()
  return new Promise((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
