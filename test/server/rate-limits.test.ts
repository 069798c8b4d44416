import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { secondsInWords } from '../../src-server/http/spans.ts'
import { createAccountPace } from '../../src-server/limits/account-pace.ts'
import { createLeakyBuckets } from '../../src-server/limits/leaky-buckets.ts'
import { createLimits } from '../../src-server/limits/limits.ts'
import { createFailures } from '../../src-server/sign-in/failures.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

const login = { perMinute: 5, burst: 5 }
const general = { perMinute: 100, burst: 20 }
const signedIn = { perMinute: 1200, burst: 200 }

/** A client at this address. */
const at = (key: string, about = {}) => ({
  ...{ address: key, key, scheme: 'http' as const, isOwn: false, isAttributed: true, isDesktop: false },
  ...about,
})

describe('the leaky bucket', () => {
  let now = 0
  const bucketsOf = (most?: number) => {
    now = 1_000_000
    return createLeakyBuckets({ now: () => now, ...(most !== undefined && { most }) })
  }
  const passedOf = (count: number, take: () => number) =>
    Array.from({ length: count }, take).filter(wait => wait === 0).length

  test('lets a burst of 30 through as nginx does: 21 visitors’ requests, 6 sign-ins', () => {
    const buckets = bucketsOf()
    expect(passedOf(30, () => buckets.take('a', general))).toBe(21)
    expect(passedOf(30, () => buckets.take('b', login))).toBe(6)
    expect(passedOf(30, () => buckets.take('c', { perMinute: 5, burst: 0 }))).toBe(1)
  })

  test('leaks at nginx’s whole number: 5 a minute are 83 thousandths a second, so the next comes after 12.05 s', () => {
    const buckets = bucketsOf()
    passedOf(6, () => buckets.take('a', login))
    const wait = buckets.take('a', login)
    expect(wait).toBe(Math.ceil(1_000_000 / 83))
    now += wait - 1
    expect(buckets.take('a', login)).toBe(1)
    now += 1
    expect(buckets.take('a', login)).toBe(0)
  })

  test('a refused request makes nobody wait longer', () => {
    const buckets = bucketsOf()
    passedOf(6, () => buckets.take('a', login))
    const first = buckets.take('a', login)
    for (let step = 1; step <= 10; step += 1) {
      now += 1000
      expect(buckets.take('a', login)).toBe(first - step * 1000)
    }
  })

  test('another limit counts at once, and what was counted stays', () => {
    const buckets = bucketsOf()
    passedOf(6, () => buckets.take('a', login))
    expect(buckets.take('a', { perMinute: 5, burst: 7 })).toBe(0)
    expect(buckets.take('a', { perMinute: 5, burst: 6 })).toBeGreaterThan(0)
  })

  test('who asked longest ago is forgotten first, and asking again keeps one in mind', () => {
    const buckets = bucketsOf(2)
    const limit = { perMinute: 1, burst: 0 }
    buckets.take('a', limit)
    buckets.take('b', limit)
    expect(buckets.take('a', limit)).toBeGreaterThan(0)
    buckets.take('c', limit)
    expect(buckets.take('a', limit)).toBeGreaterThan(0)
    expect(buckets.take('b', limit)).toBe(0)
  })
})

describe('the zones', () => {
  let now = 0
  let isOn = true
  const limitsOf = () => {
    ;[now, isOn] = [0, true]
    return createLimits({ settings: () => ({ isOn, login, general, signedIn }), now: () => now })
  }
  const passes = (count: () => void) => {
    try {
      count()
      return true
    } catch {
      return false
    }
  }
  const passedOf = (count: number, one: () => void) => Array.from({ length: count }, () => passes(one)).filter(Boolean)

  test('signing in, visiting and working here are counted apart, and each address for itself', () => {
    const limits = limitsOf()
    const ann = { username: 'ann', displayName: 'Ann', isAdmin: false, door: 'lan', sessionId: 's1' } as const
    expect(passedOf(300, () => limits.count(at('1.2.3.4'), undefined))).toHaveLength(21)
    expect(passedOf(30, () => limits.countLogin(at('1.2.3.4')))).toHaveLength(6)
    expect(passedOf(300, () => limits.count(at('1.2.3.4'), ann))).toHaveLength(201)
    expect(passes(() => limits.count(at('1.2.3.4'), { ...ann, sessionId: 's2' }))).toBe(true)
    expect(passedOf(30, () => limits.countLogin(at('1.2.3.5')))).toHaveLength(6)
  })

  test('says in whole seconds when the next one passes', () => {
    const limits = limitsOf()
    passedOf(6, () => limits.countLogin(at('a')))
    expect(() => limits.countLogin(at('a'))).toThrow(
      expect.objectContaining({ code: 'rate_limited', retryAfter: 13, message: expect.stringContaining('13 seconds') }),
    )
    now += 12_000
    expect(() => limits.countLogin(at('a'))).toThrow(expect.objectContaining({ retryAfter: 1 }))
    now += 1000
    expect(passes(() => limits.countLogin(at('a')))).toBe(true)
  })

  test('those whom a proxy brings without a name share a bucket of 30 a minute', () => {
    const limits = limitsOf()
    const one = at('10.0.0.1', { isAttributed: false })
    const another = at('10.0.0.2', { isAttributed: false })
    expect(passedOf(40, () => limits.countLogin(one))).toHaveLength(31)
    expect(passes(() => limits.countLogin(another))).toBe(false)
    expect(passes(() => limits.countLogin(at('10.0.0.1')))).toBe(true)
    now += 2001
    expect(passes(() => limits.countLogin(another))).toBe(true)
  })

  test('the desktop never waits, and nobody does while limits are off', () => {
    const limits = limitsOf()
    expect(passedOf(500, () => limits.countLogin(at('the desktop', { isDesktop: true })))).toHaveLength(500)
    isOn = false
    expect(passedOf(500, () => limits.countLogin(at('a')))).toHaveLength(500)
  })

  test('what can be guessed: only what is wrong counts, however many come at once', async () => {
    const limits = limitsOf()
    const right = Array.from({ length: 20 }, () => limits.guess(at('a'), async () => true))
    expect(new Set(await Promise.all(right))).toEqual(new Set([true]))
    let looks = 0
    const wrong = async () => {
      looks += 1
      await new Promise(resolve => setImmediate(resolve))
      return false
    }
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => limits.guess(at('b'), wrong)))
    expect(looks).toBe(6)
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(24)
  })
})

describe('an account that is guessed at from many addresses', () => {
  let now = 0
  const waits: number[] = []
  const paceOf = () => {
    now = 0
    waits.length = 0
    const failures = createFailures()
    const pace = createAccountPace({
      ...{ failures, isOn: () => true, now: () => now },
      wait: async milliseconds => void waits.push(milliseconds),
    })
    const fail = (from: number, count = 10) => {
      for (let index = 0; index < count; index += 1) {
        failures.report({ client: at(`10.0.${from}.${index}`), kind: 'sign_in', username: 'ann' })
      }
    }
    return { pace, fail }
  }

  test('its tries go two seconds apart, nobody waits longer than ten, and it is never locked', async () => {
    const { pace, fail } = paceOf()
    fail(0, 9)
    await pace.takeTurn('ann', at('10.1.0.1'))
    expect(waits).toEqual([])
    fail(1, 1)
    for (let index = 1; index <= 5; index += 1) await pace.takeTurn('ann', at(`10.1.0.${index}`))
    expect(waits).toEqual([2000, 4000, 6000, 8000, 10_000])
    await expect(pace.takeTurn('ann', at('10.1.0.6'))).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 12 })
    now += 2000
    await pace.takeTurn('ann', at('10.1.0.6'))
    expect(waits.at(-1)).toBe(10_000)
  })

  test('other accounts, and whoever came in from an address before, notice nothing', async () => {
    const { pace, fail } = paceOf()
    pace.welcome('ann', at('192.168.1.5'))
    fail(0)
    await pace.takeTurn('ben', at('10.1.0.1'))
    await pace.takeTurn('ann', at('192.168.1.5'))
    expect(waits).toEqual([])
    await pace.takeTurn('ann', at('192.168.1.6'))
    expect(waits).toEqual([2000])
  })

  test('is as fast as before when fifteen minutes have passed', async () => {
    const { pace, fail } = paceOf()
    fail(0)
    now += 15 * 60_000
    await pace.takeTurn('ann', at('10.1.0.1'))
    expect(waits).toEqual([])
  })

  test('one address has one place in the line', async () => {
    const failures = createFailures()
    const ends: (() => void)[] = []
    const pace = createAccountPace({
      ...{ failures, isOn: () => true, now: () => 0 },
      wait: () => new Promise(resolve => ends.push(resolve)),
    })
    for (let index = 0; index < 10; index += 1) {
      failures.report({ client: at(`10.0.0.${index}`), kind: 'second_step', username: 'ann' })
    }
    const first = pace.takeTurn('ann', at('10.1.0.1'))
    await expect(pace.takeTurn('ann', at('10.1.0.1'))).rejects.toMatchObject({ code: 'rate_limited' })
    for (const end of ends) end()
    await first
  })
})

test('stretches of time read as people say them', () => {
  expect([0.2, 1, 12, 89, 90, 3600, 5400, 86_400, 200_000].map(secondsInWords)).toEqual([
    ...['1 second', '1 second', '12 seconds', '89 seconds', '2 minutes', '60 minutes', '2 hours', '24 hours', '3 days'],
  ])
})

describe('over the network', () => {
  let server: TestServer
  beforeEach(async () => {
    // Slow enough for a busy machine: nothing of weight leaks while a test runs.
    const config = '[tls]\nallow_http_login = true\n\n[bans]\nenabled = false\n\n[rate_limit]\ngeneral_per_minute = 1\n'
    server = await startTestServer({ isLimited: true, owner: true, config })
  })
  afterEach(() => server.stop())

  const statuses = (count: number, ask: () => Promise<{ status: number }>) =>
    Promise.all(Array.from({ length: count }, async () => (await ask()).status))
  const countOf = (all: readonly number[], status: number) => all.filter(it => it === status).length
  const guess = (from: string) =>
    server.send({
      ...{ method: 'POST', path: '/auth/login', from },
      headers: { 'Content-Type': 'application/json' },
      body: '{"password":"wrong"}',
    })

  test('of 30 at once, 21 visits and 6 sign-ins get through; the rest hear when to come back', async () => {
    const visits = await statuses(30, () => server.send({ path: '/nothing', from: '127.0.0.66' }))
    expect([countOf(visits, 404), countOf(visits, 429)]).toEqual([21, 9])
    const tries = await statuses(30, () => guess('127.0.0.66'))
    expect([countOf(tries, 401), countOf(tries, 429)]).toEqual([6, 24])
    const reply = await guess('127.0.0.66')
    const wait = Number(reply.headers['retry-after'])
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(13)
    expect(reply.json).toMatchObject({ code: 'rate_limited', status: 429, retryAfter: wait })
    expect((await guess('127.0.0.67')).status).toBe(401)
  })

  test('a person gets a page that tries again by itself', async () => {
    await statuses(21, () => server.send({ path: '/nothing', from: '127.0.0.66' }))
    const page = await server.send({ path: '/nothing', from: '127.0.0.66', headers: { Accept: 'text/html' } })
    expect(page.status).toBe(429)
    expect(page.text).toContain('<h1>Wait a moment</h1>')
    expect(page.text).toContain(`http-equiv="refresh" content="${page.headers['retry-after']}"`)
  })

  test('the interface’s own files and the health check are never counted', async () => {
    const files = await statuses(60, () => server.send({ path: '/static/pages.css', from: '127.0.0.66' }))
    const health = await statuses(60, () => server.send({ path: '/healthz', from: '127.0.0.66' }))
    expect([countOf(files, 200), countOf(health, 200)]).toEqual([60, 60])
    expect((await server.send({ path: '/nothing', from: '127.0.0.66' })).status).toBe(404)
  })

  test('the desktop’s window is never told to wait', async () => {
    expect(countOf(await statuses(400, () => server.window.send({ path: '/api/v1/session' })), 200)).toBe(400)
  })

  test('whoever is signed in works ten times as fast as a visitor, and has a limit too', async () => {
    const admin = await server.as()
    const all = await statuses(300, () => admin.send({ path: '/api/v1/session' }))
    expect(countOf(all, 200)).toBeGreaterThanOrEqual(201)
    expect(countOf(all, 429)).toBeGreaterThan(0)
    expect((await server.send({ path: '/nothing' })).status).toBe(404)
  })

  test('another limit in config.toml counts at once, and what was counted stays', async () => {
    await statuses(6, () => guess('127.0.0.66'))
    expect((await guess('127.0.0.66')).status).toBe(429)
    const values = { 'rate_limit.login_burst': 7 }
    await server.window.call(api.instance.update, { values })
    expect(await statuses(2, () => guess('127.0.0.66'))).toEqual([401, 401])
    expect((await guess('127.0.0.66')).status).toBe(429)
    await writeFile(
      join(server.dataDir, 'config/config.toml'),
      '[tls]\nallow_http_login = true\n\n[rate_limit]\nenabled = false\n',
    )
    await expect.poll(async () => (await guess('127.0.0.66')).status, { timeout: 10_000 }).toBe(401)
  })

  test('a link’s password: six guesses at once are looked at, and the right one costs nothing', async () => {
    const admin = await server.as()
    await admin.call(api.links.create, {
      ...{ type: 'redirect', url: 'https://example.com', code: 'plan', password: 'open sesame please' },
    })
    const basic = (password: string) => `Basic ${Buffer.from(`:${password}`).toString('base64')}`
    const open = (password: string, from: string) =>
      server.send({ path: '/plan', from, headers: { Authorization: basic(password) } })
    const parts = await statuses(10, () => open('open sesame please', '127.0.0.70'))
    expect(countOf(parts, 302)).toBe(10)
    const tries = await statuses(12, () => open('wrong', '127.0.0.66'))
    expect([countOf(tries, 401), countOf(tries, 429)]).toEqual([6, 6])
    expect((await open('open sesame please', '127.0.0.66')).status).toBe(429)
    expect((await open('open sesame please', '127.0.0.67')).status).toBe(302)
  })
})
