import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/**
 * Who holds a TCP port, and which one is free. Asks the system in its own way, in bounded time; what it does not tell
 * is simply not known.
 */
export interface PortHolder {
  readonly name: string
  readonly pid: number
}

const patience = 3000
const run = promisify(execFile)

/** Never throws. */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  const ask = { linux: askLinux, darwin: askMac, win32: askWindows }[process.platform as string]
  if (!ask) return undefined
  const timeout = AbortSignal.timeout(patience)
  const end = new Promise<undefined>(resolve => timeout.addEventListener('abort', () => resolve(undefined)))
  return Promise.race([ask(port, timeout).catch(() => undefined), end])
}

/** A port above `taken` that can be listened on at `host` now; undefined where there is none near. */
export async function suggestPort(taken: number, host: string): Promise<number | undefined> {
  const first = taken < 1024 ? 5001 : taken + 1
  for (let port = first; port < Math.min(first + 50, 65_536); port += 1) {
    if (await isFree(port, host)) return port
  }
  return undefined
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** The socket's inode from /proc/net/tcp, then the process that has it open. Other users' processes stay unknown. */
async function askLinux(port: number, signal: AbortSignal): Promise<PortHolder | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const links = new Set(tables.flatMap(table => listeningInodes(table, port)).map(inode => `socket:[${inode}]`))
  if (links.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    if (signal.aborted) return undefined
    if (await hasOpen(pid, links)) return { pid: Number(pid), name: await linuxName(pid) }
  }
  return undefined
}

/** Rows of /proc/net/tcp in state LISTEN (0A) on a port → inodes. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .flatMap(([, local, , state, , , , , , inode]) =>
      local?.endsWith(suffix) && state === '0A' && inode ? [inode] : [],
    )
}

async function hasOpen(pid: string, links: ReadonlySet<string>): Promise<boolean> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const targets = await Promise.all(files.map(fd => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return targets.some(target => links.has(target))
}

async function linuxName(pid: string): Promise<string> {
  const program = await readlink(`/proc/${pid}/exe`).catch(() => undefined)
  if (program) return basename(program.replace(/ \(deleted\)$/, ''))
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a program')).trim()
}

async function askMac(port: number, signal: AbortSignal): Promise<PortHolder | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { signal })
  const [, pid] = /^p(\d+)$/m.exec(stdout) ?? []
  const [, name] = /^c(.+)$/m.exec(stdout) ?? []
  return pid && name ? { pid: Number(pid), name } : undefined
}

async function askWindows(port: number, signal: AbortSignal): Promise<PortHolder | undefined> {
  const { stdout } = await run('netstat', ['-ano', '-p', 'TCP'], { signal, windowsHide: true })
  // The state is translated, a listener's foreign address is not: it ends in port 0.
  const row = new RegExp(`^\\s*TCP\\s+\\S+:${port}\\s+\\S+:0\\s+\\S+\\s+(\\d+)\\s*$`, 'm')
  const pid = row.exec(stdout)?.[1]
  if (!pid) return undefined
  const tasks = await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], { signal, windowsHide: true })
  const name = /^"([^"]+)"/m.exec(tasks.stdout)?.[1]
  return name ? { pid: Number(pid), name: name.replace(/\.exe$/i, '') } : undefined
}
