import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildHeadless, freePort, type HeadlessRun, runHeadless } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'

/** A thousand clients that hold what they have: the command as it is shipped, and somebody beside them who wants a link. */

const mega = 1024 * 1024
const seconds = 15
const password = 'correct horse battery staple'

let folder: string
let server: HeadlessRun
let url: URL

const isHere = areThere('slowhttptest')

beforeAll(async () => {
  if (!isHere) return
  await buildHeadless()
  folder = await mkdtemp(join(tmpdir(), 't8-slow-'))
  await mkdir(join(folder, 'data/config'), { recursive: true })
  await writeFile(join(folder, 'data/config/config.toml'), '[rate_limit]\nenabled = false\n')
  const args = ['--data-dir', join(folder, 'data'), '--host', '127.0.0.1', '--port', String(await freePort())]
  server = runHeadless({ args, env: { TRUNK8_ADMIN_PASSWORD: password }, cwd: folder })
  url = new URL(await server.ready)
  await addFile('big.txt', Buffer.alloc(20 * mega, 'x'))
})
afterAll(async () => {
  if (!isHere) return
  server.child.kill('SIGTERM')
  await server.ended
  await rm(folder, { recursive: true, force: true })
})

async function addFile(name: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const signedIn = await fetch(new URL('/auth/login', url), {
    method: 'POST',
    headers,
    body: JSON.stringify({ password }),
  })
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string }
  const form = new FormData()
  form.set('code', 'big')
  form.set('file', new File([bytes], name))
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const mine = { Cookie: cookie, 'X-Trunk8-CSRF': csrfToken }
  const made = await fetch(new URL('/api/v1/links', url), { method: 'POST', headers: mine, body: form })
  expect(made.status).toBe(201)
}

/** A way to the server for a program that cannot choose where it comes from. */
async function openRelay(localAddress: string): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>()
  const relay = createServer({ allowHalfOpen: true }, near => {
    const far = connect({ port: Number(url.port), host: '127.0.0.1', allowHalfOpen: true, localAddress })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {}).once('close', () => other.destroy())
      socket.pipe(other)
    }
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    close() {
      relay.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function attack({ path = '/big', flags }: Mode, at = url.href): Promise<void> {
  const all = ['-c', '1000', '-r', '400', '-p', '3', '-l', String(seconds), '-u', new URL(path, at).href]
  const program = spawn('bash', ['-c', 'ulimit -n 8192; exec slowhttptest "$@"', 'slowhttptest', ...flags, ...all], {
    stdio: 'ignore',
  })
  await once(program, 'close')
}

async function memory(): Promise<number> {
  const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

/** Asks for something small again and again until `work` is over. */
async function probeDuring(work: Promise<unknown>) {
  const times: number[] = []
  const failures: unknown[] = []
  let peak = 0
  let isOver = false
  void work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const start = performance.now()
    try {
      const reply = await fetch(new URL('/big+', url), {
        headers: { Connection: 'close' },
        signal: AbortSignal.timeout(10_000),
      })
      await reply.text()
      if (reply.status !== 200) failures.push(reply.status)
    } catch (error) {
      failures.push(error)
    }
    times.push(performance.now() - start)
    peak = Math.max(peak, await memory())
    await sleep(100)
  }
  await work
  times.sort((one, other) => other - one)
  return { count: times.length, slowest: times[0] ?? 0, failures, peak }
}

/** Whoever comes meanwhile is answered within half a second, but for what the machine itself lags; it takes little memory. */
async function expectNoHarm(begin: () => Promise<unknown>): Promise<void> {
  const calm = await probeDuring(sleep(2_000))
  const { count, slowest, failures, peak } = await probeDuring(begin())
  const [most, least] = [slowest, calm.slowest].map(Math.round)
  console.log(
    `${count} probes, the slowest ${most} ms, on the calm machine ${least} ms; ${Math.round(peak)} MB at most`,
  )
  expect(failures).toEqual([])
  expect(slowest).toBeLessThan(500 + 10 * calm.slowest)
  expect(peak).toBeLessThan(300)
}

interface Mode {
  readonly what: string
  readonly flags: readonly string[]
  readonly path?: string
}

const modes: readonly Mode[] = [
  { what: 'send headers drop by drop', flags: ['-H', '-i', '5', '-t', 'GET', '-x', '24'] },
  {
    what: 'send a form drop by drop',
    flags: ['-B', '-i', '5', '-s', '4000', '-t', 'POST', '-x', '10'],
    path: '/auth/login',
  },
  { what: 'ask for many ranges that overlap', flags: ['-R', '-t', 'HEAD', '-a', '10', '-b', '3000'] },
]

describe.skipIf(!isHere)('a thousand clients', () => {
  test.each(modes)('that $what keep nobody from being served, and cost little', async mode => {
    await expectNoHarm(() => attack(mode))
  })

  // Over loopback each of them would fill megabytes of the kernel’s own memory; of another computer, few are let in.
  test('that take next to nothing of what they asked for, all of one computer, keep nobody from being served', async () => {
    const relay = await openRelay('127.0.0.66')
    const flags = ['-X', '-w', '1', '-y', '2', '-n', '5', '-z', '1', '-k', '1']
    await expectNoHarm(() => attack({ what: 'take', flags }, relay.url))
    relay.close()
  })

  test('of one address hold 64 connections and no more, and others come in', async () => {
    const sockets = Array.from({ length: 1000 }, () => {
      const socket = connect({ port: Number(url.port), host: '127.0.0.1', localAddress: '127.0.0.66' })
      socket.on('error', () => {}).write(`GET /big HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`)
      let text = ''
      socket.on('data', piece => {
        if (text.length < 100) text += piece.toString('latin1')
        if (text.startsWith('HTTP/1.1 200')) socket.pause()
      })
      return { socket, closed: new Promise<string>(resolve => socket.once('close', () => resolve(text))) }
    })
    const closed: string[] = []
    for (const it of sockets) void it.closed.then(text => closed.push(text))
    await vi.waitFor(() => expect(closed.length).toBe(1000 - 64), { timeout: 60_000, interval: 100 })
    expect(closed.filter(text => text !== '' && !text.startsWith('HTTP/1.1 503'))).toEqual([])
    expect((await fetch(new URL('/big+', url))).status).toBe(200)
    for (const { socket } of sockets) socket.destroy()
  })
})
