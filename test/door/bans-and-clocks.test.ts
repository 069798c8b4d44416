import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BansState } from '../../src-server/contract/bans.ts'
import { buildHeadless, freePort, type HeadlessRun, runHeadless } from '../helpers/headless.ts'
import { areThere } from '../helpers/programs.ts'
import { openRelay } from '../helpers/relay.ts'

const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const password = 'correct horse battery staple'
const attacker = '127.0.0.66'

describe.skipIf(!areThere(library))('a clock that is set while somebody is banned', () => {
  let folder: string
  let server: HeadlessRun
  let url: string
  beforeAll(async () => {
    await buildHeadless()
    folder = await mkdtemp(join(tmpdir(), 't8-clock-'))
    await mkdir(join(folder, 'data/config'), { recursive: true })
    const config = '[rate_limit]\nenabled = false\n\n[tls]\nallow_http_login = true\n'
    await writeFile(join(folder, 'data/config/config.toml'), config)
    await setClock('+0')
    await start()
  })
  afterAll(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Seconds from the right time, as `+7200`. */
  async function setClock(offset: string): Promise<void> {
    await writeFile(join(folder, 'clock.new'), offset)
    await rename(join(folder, 'clock.new'), join(folder, 'clock'))
  }
  async function start(): Promise<void> {
    const args = ['--data-dir', join(folder, 'data'), '--host', '127.0.0.1', '--port', String(await freePort())]
    const clock = { FAKETIME_TIMESTAMP_FILE: join(folder, 'clock'), FAKETIME_NO_CACHE: '1' }
    const env = { TRUNK8_ADMIN_PASSWORD: password, LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1', ...clock }
    server = runHeadless({ args, env, cwd: folder })
    url = await server.ready
  }
  async function stop(): Promise<void> {
    server.child.kill('SIGTERM')
    await server.ended
  }
  async function asAttacker<T>(ask: (url: string) => Promise<T>): Promise<T> {
    const relay = await openRelay(Number(new URL(url).port), attacker)
    const answer = await ask(`http://127.0.0.1:${relay.port}`)
    await relay.stop()
    return answer
  }
  const statusOf = () =>
    asAttacker(async url => {
      const { status, headers } = await fetch(`${url}/nothing`, { headers: { Connection: 'close' } })
      return [status, Number(headers.get('retry-after'))]
    })
  const signIn = (url: string, password: string) =>
    fetch(`${url}/auth/login`, {
      ...{ method: 'POST', headers: { 'Content-Type': 'application/json', Connection: 'close' } },
      body: JSON.stringify({ password }),
    })
  async function list(): Promise<BansState> {
    const cookie = (await signIn(url, password)).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const reply = await fetch(`${url}/api/v1/bans`, { headers: { Cookie: cookie } })
    return (await reply.json()) as BansState
  }
  const isAboutAnHour = expect.toSatisfy((seconds: number) => seconds > 3500 && seconds <= 3600)

  test('neither ends the ban nor makes it longer, while it runs and over a restart', async () => {
    await asAttacker(async url => {
      for (let round = 0; round < 5; round += 1) expect((await signIn(url, 'wrong')).status).toBe(401)
    })
    expect(await statusOf()).toEqual([403, isAboutAnHour])
    await setClock('+7200')
    expect(new Date((await list()).items[0]?.until ?? '').getTime() - Date.now()).toBeGreaterThan(7200_000)
    expect(await statusOf()).toEqual([403, isAboutAnHour])
    await setClock('-86400')
    expect(await statusOf()).toEqual([403, isAboutAnHour])

    // Written at the right time, read a day before it: an hour is an hour.
    await stop()
    await setClock('-172800')
    await start()
    expect(await statusOf()).toEqual([403, isAboutAnHour])
  })
})
