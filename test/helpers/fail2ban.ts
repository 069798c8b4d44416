import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { vi } from 'vitest'

/** fail2ban in a folder of its own, with the guide’s jail and filter; it writes down whom it bans, and shuts nobody out. */
export interface Fail2ban {
  /** Whom it banned, in order, and when, in milliseconds since 1970. */
  bans(): Promise<{ readonly address: string; readonly at: number }[]>
  stop(): Promise<void>
}

const run = promisify(execFile)
const fixtures = join(import.meta.dirname, '../fixtures/security-guide')
export const guideFilter = join(fixtures, 'trunk8-auth.conf')

/** Addresses of the lines that a filter takes for failures, a line each. */
export async function matchedAddresses(log: string, filter: string): Promise<string[]> {
  const { stdout } = await run('fail2ban-regex', ['-o', 'ip', log, filter])
  return stdout.split('\n').filter(line => line !== '')
}

export async function startFail2ban(accessLog: string): Promise<Fail2ban> {
  const folder = await mkdtemp(join(tmpdir(), 't8-f2b-'))
  const at = (...parts: string[]) => join(folder, ...parts)
  for (const name of ['action.d', 'filter.d']) await mkdir(at(name))
  for (const name of ['fail2ban.conf', 'jail.conf', 'paths-debian.conf', 'paths-common.conf']) {
    await copyFile(join('/etc/fail2ban', name), at(name))
  }
  await copyFile(guideFilter, at('filter.d/trunk8-auth.conf'))
  const action = `actionban = echo <ip> $(date +%%s%%3N) >> ${at('banned')}\n`
  await writeFile(at('action.d/note.conf'), `[Definition]\n${action}`)
  const own = ['dbfile = None', `socket = ${at('f.sock')}`, `pidfile = ${at('f.pid')}`, `logtarget = ${at('f.log')}`]
  await writeFile(at('fail2ban.local'), `[Definition]\n${own.join('\n')}\n`)
  const jail = await readFile(join(fixtures, 'jail.local'), 'utf8')
  const here = jail.replace(/^logpath = .*$/m, `logpath = ${accessLog}`)
  // Loopback is this machine’s own, which fail2ban leaves alone.
  await writeFile(at('jail.local'), `${here}ignoreself = false\nignoreip =\nbackend = polling\naction = note\n`)
  await writeFile(at('banned'), '')
  const client = (...args: string[]) =>
    run('fail2ban-client', ['-c', folder, '-s', at('f.sock'), '-p', at('f.pid'), ...args])
  await client('start')
  await vi.waitFor(() => client('status', 'trunk8-auth'), { timeout: 30_000, interval: 100 })
  return {
    async bans() {
      const lines = (await readFile(at('banned'), 'utf8')).split('\n').slice(0, -1)
      return lines.map(line => {
        const [address = '', moment] = line.split(' ')
        return { address, at: Number(moment) }
      })
    },
    async stop() {
      await client('stop')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
