import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

/** The guide's own lines (Rate Limiting), before files instead of Trunk8, so that nginx alone decides. */
const nginxConfig = (port: number, folder: string) => `
daemon off;
master_process off;
pid nginx.pid;
error_log error.log crit;
events { worker_connections 4096; }
http {
  access_log off;
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
  let server: TestServer
  let folder: string
  let port: number
  let stopNginx: () => Promise<void>

  beforeAll(async () => {
    // All that comes is counted, and nothing else: nobody is sent to https, or banned.
    const config = '[bans]\nenabled = false\n\n[tls]\nallow_http_login = true\n'
    server = await startTestServer({ isLimited: true, config })
    folder = await mkdtemp(join(tmpdir(), 't8-nginx-'))
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
    await vi.waitFor(() => statusOf({ port, path: '/', localAddress: '127.0.9.9' }), { timeout: 20_000, interval: 50 })
  })
  afterAll(async () => {
    await stopNginx?.()
    await rm(folder, { recursive: true, force: true })
    await server.stop()
  })

  const both = () => [Number(new URL(server.url).port), port]

  test.each([
    ['visits', '/nothing', 21, 100],
    ['sign-ins', '/auth/login', 6, 5],
  ])('of 30 %s at once as many get through here as there', async (_, path, passing, perMinute) => {
    const begin = performance.now()
    const counts = await Promise.all(
      both().map(async port => {
        const asked = Array.from({ length: 30 }, () => statusOf({ port, path, localAddress: '127.0.2.1' }))
        return (await Promise.all(asked)).filter(isPassed).length
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
    const differences = counts.map(({ passed: [ours = 0, theirs = 0] }) => Math.abs(ours - theirs))
    const total = (side: 0 | 1) => counts.reduce((sum, { passed }) => sum + (passed[side] ?? 0), 0)
    console.log(`Of ${asked} requests nginx let ${total(1)} through, and Trunk8 ${total(0)}`)
    expect(Math.max(...differences), JSON.stringify(counts)).toBeLessThanOrEqual(1)
    expect(total(0)).toBeLessThan(asked)
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

/** A visitor who is slower or faster than the limit, in fits and starts; of four one signs in. The same in every run. */
function makeClient(index: number): ScheduledClient {
  const random = randomFrom(index + 1)
  const perSecond = 0.13 * 1.07 ** index
  const times: number[] = []
  for (let time = random() * 2000; time < length; time += (-Math.log(1 - random()) * 1000) / perSecond) {
    const burst = random() < 0.05 ? 8 : 1
    times.push(...Array<number>(burst).fill(Math.floor(time)))
  }
  return { localAddress: `127.0.1.${index + 1}`, path: index % 4 === 3 ? '/auth/login' : '/nothing', times }
}

/** Park and Miller's generator. */
function randomFrom(seed: number): () => number {
  let state = seed * 7919
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Sends each request to both at its time → how many got through each. */
async function play({ localAddress, path, times }: ScheduledClient, ports: readonly number[], begin: number) {
  const answers: Promise<number>[][] = ports.map(() => [])
  for (const time of times) {
    const wait = begin + time - performance.now()
    if (wait > 0) await sleep(wait)
    for (const [side, port] of ports.entries()) {
      answers[side]?.push(statusOf({ port, path, localAddress }))
    }
  }
  const passed = await Promise.all(answers.map(async side => (await Promise.all(side)).filter(isPassed).length))
  return { localAddress, asked: times.length, passed }
}

const isPassed = (status: number): boolean => status !== 429

interface Asked {
  readonly port: number
  readonly path: string
  readonly localAddress: string
}

/** By a connection of its own: one that was kept open may be closed at the other end at any moment. */
function statusOf(asked: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', agent: false, ...asked }, reply => {
      reply.resume().once('end', () => resolve(reply.statusCode ?? 0))
    })
      .once('error', reject)
      .end()
  })
}
