import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createLeakyBuckets } from '../../src-server/limits/leaky-buckets.ts'
import { buildHeadless, freePort, type HeadlessRun, runHeadless } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'

/** The guide's own lines (Rate Limiting), before files instead of Trunk8, so that nginx alone decides. */
const nginxConfig = (port: number, folder: string) => `
daemon off;
master_process off;
pid nginx.pid;
error_log error.log crit;
events { worker_connections 4096; }
http {
  log_format seen '$msec $remote_addr $status $request_uri';
  access_log seen.log seen;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
  limit_req_zone $binary_remote_addr zone=general:10m rate=100r/m;
  limit_req_status 429;
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    location /auth/login {
      limit_req zone=login burst=5 nodelay;
      try_files /served =404;
    }
    location / {
      limit_req zone=general burst=20 nodelay;
      try_files /served =404;
    }
  }
}
`

describe.skipIf(!areThere('nginx'))('our limits and nginx’s with the guide’s lines', () => {
  let server: HeadlessRun
  let ourPort: number
  let folder: string
  let port: number
  let stopNginx: () => Promise<void>

  beforeAll(async () => {
    // All that comes is counted, and nothing else: nobody is sent to https, or banned.
    const config = '[bans]\nenabled = false\n\n[tls]\nallow_http_login = true\n'
    folder = await mkdtemp(join(tmpdir(), 't8-nginx-'))
    await mkdir(join(folder, 'data/config'), { recursive: true })
    await writeFile(join(folder, 'data/config/config.toml'), config)
    await buildHeadless()
    // A process of its own, as nginx is: neither waits for whoever sends the requests.
    ourPort = await freePort()
    const args = ['--data-dir', join(folder, 'data'), '--host', '127.0.0.1', '--port', String(ourPort)]
    server = runHeadless({ args, env: { TRUNK8_ADMIN_PASSWORD: 'correct horse battery staple' }, cwd: folder })
    await server.ready
    port = await freePort()
    await writeFile(join(folder, 'served'), 'served')
    await writeFile(join(folder, 'nginx.conf'), nginxConfig(port, folder))
    const nginx = spawn(findNginx(), ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
    const ended = once(nginx, 'close')
    stopNginx = async () => {
      nginx.kill('SIGTERM')
      await ended
    }
    // From an address that no test counts.
    await vi.waitFor(() => answerOf({ port, path: '/', localAddress: '127.0.9.9' }), { timeout: 20_000, interval: 50 })
  })
  afterAll(async () => {
    await stopNginx?.()
    server.child.kill('SIGTERM')
    await server.ended
    await rm(folder, { recursive: true, force: true })
  })

  const both = () => [ourPort, port]

  test.each([
    ['visits', '/nothing', 21, 100],
    ['sign-ins', loginPath, 6, 5],
  ])('of 30 %s at once as many get through here as there', async (_, path, passing, perMinute) => {
    const begin = performance.now()
    const counts = await Promise.all(
      both().map(async port => {
        const asked = Array.from({ length: 30 }, () => answerOf({ port, path, localAddress: '127.0.2.1' }))
        return (await Promise.all(asked)).filter(({ status }) => isPassed(status)).length
      }),
    )
    // On a busy machine one more may have leaked out meanwhile.
    const leaked = Math.floor(((performance.now() - begin) * perMinute) / 60_000)
    for (const count of counts) {
      expect(count).toBeGreaterThanOrEqual(passing)
      expect(count).toBeLessThanOrEqual(passing + leaked)
    }
  })

  test('of the same 8,000 requests from 60 addresses, of each address the same number get through, but for one', async () => {
    const clients = Array.from({ length: 60 }, (_, index) => makeClient(index))
    const asked = clients.reduce((sum, { times }) => sum + times.length, 0)
    expect(asked).toBeGreaterThanOrEqual(8000)
    const begin = performance.now()
    const counts = await Promise.all(clients.map(client => play(client, both(), begin)))
    // On a busy machine one of them may be late, and lets through what leaks meanwhile.
    const differences = counts.map(({ passed: [ours = 0, theirs = 0], path, late }) => {
      return Math.abs(ours - theirs) - Math.floor((limitOf(path).perMinute * late) / 60_000)
    })
    const total = (side: 0 | 1) => counts.reduce((sum, { passed }) => sum + (passed[side] ?? 0), 0)
    console.log(`Of ${asked} requests nginx let ${total(1)} through, and Trunk8 ${total(0)}`)
    expect(Math.max(...differences), JSON.stringify(counts)).toBeLessThanOrEqual(1)
    expect(total(0)).toBeLessThan(asked)
  })

  test('at the very times at which nginx saw them, the same number of each address get through, but for one', async () => {
    let now = 0
    const zones = { login: createLeakyBuckets({ now: () => now }), general: createLeakyBuckets({ now: () => now }) }
    const counts = new Map<string, { ours: number; theirs: number }>()
    const lines = (await readFile(join(folder, 'seen.log'), 'utf8')).trim().split('\n')
    for (const line of lines) {
      const [seconds, address = '', status, path = ''] = line.split(' ')
      now = Math.round(Number(seconds) * 1000)
      const zone = path === loginPath ? zones.login : zones.general
      const count = counts.get(`${address} ${path}`) ?? { ours: 0, theirs: 0 }
      if (zone.take(address, limitOf(path)) === 0) count.ours += 1
      if (isPassed(Number(status))) count.theirs += 1
      counts.set(`${address} ${path}`, count)
    }
    expect(lines.length).toBeGreaterThanOrEqual(8000)
    const differences = [...counts].filter(([, { ours, theirs }]) => Math.abs(ours - theirs) > 1)
    expect(differences).toEqual([])
  })
})

const findNginx = () => (areThere('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx')

interface ScheduledClient {
  readonly localAddress: string
  readonly path: string
  /** Milliseconds from the beginning. */
  readonly times: readonly number[]
}

const length = 60_000
const loginPath = '/auth/login'

const limitOf = (path: string) => (path === loginPath ? { perMinute: 5, burst: 5 } : { perMinute: 100, burst: 20 })

/** A visitor who is slower or faster than the limit, in fits and starts; of four one signs in. The same in every run. */
function makeClient(index: number): ScheduledClient {
  const random = randomFrom(index + 1)
  const perSecond = 0.13 * 1.07 ** index
  const times: number[] = []
  for (let time = random() * 2000; time < length; time += (-Math.log(1 - random()) * 1000) / perSecond) {
    const burst = random() < 0.05 ? 8 : 1
    times.push(...Array<number>(burst).fill(Math.floor(time)))
  }
  return { localAddress: `127.0.1.${index + 1}`, path: index % 4 === 3 ? loginPath : '/nothing', times }
}

/** Park and Miller's generator. */
function randomFrom(seed: number): () => number {
  let state = seed * 7919
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Sends each request to both at its time → how many got through each, and by how much one was ever behind the other. */
async function play({ localAddress, path, times }: ScheduledClient, ports: readonly number[], begin: number) {
  const answers: Promise<Answer>[][] = ports.map(() => [])
  for (const time of times) {
    const wait = begin + time - performance.now()
    if (wait > 0) await sleep(wait)
    for (const [side, port] of ports.entries()) {
      answers[side]?.push(answerOf({ port, path, localAddress }))
    }
  }
  const [ours = [], theirs = []] = await Promise.all(answers.map(side => Promise.all(side)))
  const passed = [ours, theirs].map(side => side.filter(({ status }) => isPassed(status)).length)
  const late = Math.max(...ours.map(({ at }, index) => Math.abs(at - (theirs[index]?.at ?? at))))
  return { localAddress, path, asked: times.length, passed, late }
}

const isPassed = (status: number): boolean => status !== 429

interface Answer {
  readonly status: number
  /** Milliseconds. */
  readonly at: number
}

interface Asked {
  readonly port: number
  readonly path: string
  readonly localAddress: string
}

/** By a connection of its own: one that was kept open may be closed at the other end at any moment. */
function answerOf(asked: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', agent: false, ...asked }, reply => {
      reply.resume().once('end', () => resolve({ status: reply.statusCode ?? 0, at: performance.now() }))
    })
      .once('error', reject)
      .end()
  })
}
