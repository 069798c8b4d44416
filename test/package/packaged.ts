/**
 * The packaged app for tests, as on the computer of a person who installed it: its own copy of the folder, a user
 * without rights where the tests run as root, so that Chromium's sandbox is the real one, and empty home folders.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const isRoot = process.getuid?.() === 0
/** `nobody`, whom every Linux knows. */
const nobody = { uid: 65_534, gid: 65_534 }

export interface Installed {
  readonly folder: string
  readonly program: string
  /** Starts it with its folders, and whatever else is asked for. */
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Running
  /** Lets a debugger in by pipe, which the app as it is shipped refuses; all else stays as it is shipped. */
  openToDebugger(): Promise<void>
  /** The person's home folder. */
  readonly home: string
  /** Puts a file of the person's there; the path is within it. */
  putFile(path: string, text: string): Promise<void>
  remove(): Promise<void>
}

export interface Running {
  readonly pid: number
  /** What it has printed so far, both streams together. */
  readonly output: () => string
  /** Ends with it → its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  stop(signal: NodeJS.Signals): void
  /** What `--remote-debugging-pipe` reads from and writes to. */
  readonly pipes: readonly [Writable, Readable]
}

/** Packs the app and copies it to where that user can reach it. */
export async function install(): Promise<Installed> {
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'package.mjs'), '--dir'], { maxBuffer: 2 ** 26 })
  const base = await mkdtemp(join(tmpdir(), 'trunk8-package-'))
  await chmod(base, 0o755)
  const folder = join(base, 'app')
  await cp(join(root, 'release', 'linux-unpacked'), folder, { recursive: true })
  if (isRoot) await chmod(join(folder, 'chrome-sandbox'), 0o4755)
  const home = await makeHome(base)
  const program = join(folder, 'trunk8')
  return {
    folder,
    program,
    home,
    putFile: async (path, text) => {
      await mkdir(dirname(join(home, path)), { recursive: true })
      await writeFile(join(home, path), text)
      await giveToPerson(home)
    },
    start: (args, env) => start(program, args, { ...homeVariables(home), ...env }),
    openToDebugger: () => renameSwitch(join(folder, 'resources', 'app.asar')),
    remove: () => rm(base, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/**
 * One word in the list of refused switches becomes another one of the same length. On Linux nothing checks the archive
 * (Electron has its integrity for macOS and Windows).
 */
async function renameSwitch(archive: string): Promise<void> {
  const bytes = await readFile(archive)
  const at = bytes.indexOf('"remote-debugging-pipe"')
  if (at === -1) throw new Error('The list of refused switches cannot be found')
  bytes.write('"remote-debugging-none"', at)
  await writeFile(archive, bytes)
}

async function makeHome(base: string): Promise<string> {
  const home = join(base, 'home')
  await mkdir(join(home, 'run'), { recursive: true, mode: 0o700 })
  const { XAUTHORITY } = process.env
  await writeFile(join(home, 'xauthority'), XAUTHORITY ? await readFile(XAUTHORITY) : '', { mode: 0o600 })
  await giveToPerson(home)
  return home
}

async function giveToPerson(folder: string): Promise<void> {
  if (!isRoot) return
  const inside = await readdir(folder, { recursive: true })
  for (const path of ['', ...inside]) await chown(join(folder, path), nobody.uid, nobody.gid)
}

/** The message bus of the tests belongs to another user, who is not let in. */
const homeVariables = (home: string): NodeJS.ProcessEnv => ({
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'config'),
  XDG_CACHE_HOME: join(home, 'cache'),
  XDG_DATA_HOME: join(home, 'data'),
  XDG_RUNTIME_DIR: join(home, 'run'),
  XAUTHORITY: join(home, 'xauthority'),
  DBUS_SESSION_BUS_ADDRESS: 'disabled:',
})

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const child = spawn(program, args, {
    cwd: env.HOME,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    ...(isRoot && nobody),
  })
  let output = ''
  const [, out, errors, input, reply] = child.stdio
  for (const stream of [out, errors]) (stream as Readable).on('data', chunk => (output += chunk))
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended: whenEnded(child),
    stop: signal => void child.kill(signal),
    pipes: [input as Writable, reply as Readable],
  }
}

function whenEnded(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'gone'))
  })
}

export interface Process {
  readonly pid: number
  readonly command: string
  /** `/proc/PID/status` as it is. */
  readonly status: string
}

/** All processes that a process started, and those that they started. */
export async function listDescendants(pid: number): Promise<Process[]> {
  const all = await listProcesses()
  const parentOf = new Map(all.map(found => [found.pid, Number(/^PPid:\s+(\d+)$/m.exec(found.status)?.[1])]))
  const isUnder = (child: number): boolean => {
    const parent = parentOf.get(child)
    return parent === pid || (parent !== undefined && parent > 1 && isUnder(parent))
  }
  return all.filter(found => isUnder(found.pid))
}

async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found = pids.map(async pid => {
    const [status, command] = await Promise.all(
      ['status', 'cmdline'].map(file => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    )
    return { pid: Number(pid), status: status ?? '', command: (command ?? '').replaceAll('\0', ' ') }
  })
  return Promise.all(found)
}

/** Bytes of everything in a folder. */
export async function measure(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)('du', ['--summarize', '--bytes', folder])
  return Number(stdout.split('\t')[0])
}
