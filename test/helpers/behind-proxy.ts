import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { accessLines } from './access-log.ts'
import { sha256, upload } from './files.ts'
import type { RunningProxy } from './proxy-programs.ts'
import type { TestServer } from './server.ts'
import { type Front, headersThrough, originOf, sendThrough, signInThrough } from './through-proxy.ts'

/** What holds behind any proxy, as tests: the same for the guide’s nginx as it stands and for what Trunk8 writes itself. */
export interface Behind {
  readonly server: TestServer
  readonly proxy: RunningProxy
  readonly front: Front
  /** The door that only leads to https. */
  readonly plain?: Front
}

export interface ProxyTraits {
  /** Whether it says who signs in. */
  readonly namesSignIns: boolean
  /** Whether it lets files of two megabytes through. */
  readonly takesLargeFiles: boolean
  /** Whether each header comes once. */
  readonly hasSingleHeaders: boolean
  /** Whether it passes on what is asked of its own name alone. */
  readonly keepsToItsName?: boolean
  /** What it answers to the seventh sign-in in a row; undefined: it does not count them. */
  readonly tooMany?: 429 | 503
}

let clients = 0
/** An address that no other test comes from, so that no limit of one is felt by another. */
const another = (): string => {
  clients += 1
  return `127.0.${10 + Math.trunc(clients / 200)}.${1 + (clients % 200)}`
}

export function testBehind(start: () => Promise<Behind>, traits: ProxyTraits): void {
  let behind: Behind
  beforeAll(async () => {
    behind = await start()
  })
  afterAll(async () => {
    await behind?.proxy.stop()
    await behind?.server.stop()
  })
  const signIn = (options: Parameters<typeof signInThrough>[2] = {}) =>
    signInThrough(behind.front, behind.server.adminPassword, { from: another(), ...options })
  const send = (options: Parameters<typeof sendThrough>[1]) =>
    sendThrough(behind.front, { from: another(), ...options })
  /** The first field of the line in the access log that holds this text. */
  const loggedAs = (text: string) =>
    vi.waitFor(
      async () => {
        const line = (await accessLines(behind.server)).find(it => it.includes(text))
        expect(line).toBeDefined()
        return line?.split(' ')[0]
      },
      { timeout: 10_000, interval: 20 },
    )

  test('it answers by https, and is well', async () => {
    expect(await send({ path: '/healthz' })).toMatchObject({ status: 200, json: { status: 'ok' } })
  })

  test.runIf(traits.keepsToItsName)(
    'nobody gets by it under another name, where bans and limits would not know them',
    async () => {
      const others = ['localhost', `localhost:${behind.server.running.sharing.port}`, '127.0.0.1', 'evil.test']
      for (const name of others) {
        const { text } = await send({ path: '/healthz', headers: { Host: name } })
        expect([name, text.includes('"ok"')]).toEqual([name, false])
      }
    },
  )

  test('plain http leads to https, path and query and all', async () => {
    if (!behind.plain) return
    const reply = await sendThrough(behind.plain, { path: '/some-code?x=1&y=%20' })
    expect([reply.status, reply.headers.location]).toEqual([301, `${originOf(behind.front)}/some-code?x=1&y=%20`])
  })

  test.each([
    ['JSON', 'application/json', JSON.stringify({ username: 'admin', password: 'wrong' })],
    ['a form', 'application/x-www-form-urlencoded', 'username=admin&password=wrong'],
  ])('a wrong password in %s is 401', async (_, type, body) => {
    const reply = await send({ method: 'POST', path: '/auth/login', body, headers: { 'Content-Type': type } })
    expect(reply.status).toBe(401)
  })

  test('a form that signs in leads on, within the public address', async () => {
    const body = new URLSearchParams({ username: 'admin', password: behind.server.adminPassword }).toString()
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: originOf(behind.front) }
    const reply = await send({ method: 'POST', path: '/auth/login', body, headers })
    expect(reply.status).toBe(303)
    const location = new URL(reply.headers.location ?? '', originOf(behind.front))
    expect(location.origin).toBe(originOf(behind.front))
  })

  test('a session survives, and ends when it is ended', async () => {
    const person = await signIn()
    expect(await person.call(api.sessions.get, {})).toMatchObject({ user: { username: 'admin' } })
    expect(await person.call(api.sessions.get, {})).toMatchObject({ user: { username: 'admin' } })
    await person.call(api.sessions.signOut, {})
    await expect(person.call(api.sessions.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
  })

  test('only pages of the public address may change anything', async () => {
    const person = await signIn()
    const make = (code: string, origin: string) =>
      person.send({
        ...{ method: 'POST', path: '/api/v1/links' },
        headers: { 'Content-Type': 'application/json', Origin: origin },
        body: JSON.stringify({ type: 'redirect', url: 'https://example.com', code }),
      })
    expect((await make('from-ours', originOf(behind.front))).status).toBe(201)
    for (const origin of ['https://evil.test', 'null', `https://${behind.front.host}.evil.test`]) {
      expect((await make('from-theirs', origin)).status, origin).toBe(403)
    }
  })

  test('a page is known to come from who asks for it, whatever they claim', async () => {
    const from = another()
    const path = `/who-${from}`
    const headers = { 'X-Forwarded-For': '6.6.6.6', 'X-Real-IP': '6.6.6.6', Forwarded: 'for=6.6.6.6' }
    await send({ path, from, headers })
    expect(await loggedAs(path)).toBe(from)
  })

  test('nobody chooses the address that he signs in from', async () => {
    const from = another()
    const headers = {
      ...{ 'X-Forwarded-For': '6.6.6.6', 'X-Real-IP': '6.6.6.6', 'X-Forwarded-Proto': 'http' },
      ...{ 'X-Forwarded-Host': 'evil.test', 'Content-Type': 'application/json', 'User-Agent': `spoof-${from}` },
    }
    const body = JSON.stringify({ username: 'admin', password: 'wrong' })
    expect((await send({ method: 'POST', path: '/auth/login', body, headers, from })).status).toBe(401)
    expect(await loggedAs(`spoof-${from}`)).toBe(traits.namesSignIns ? from : '127.0.0.1')
  })

  test('it is told whether sign-ins have their address', async () => {
    await signIn()
    const { findings, lastVisitor } = await behind.server.window.call(api.proxies.get, {})
    expect(findings.map(({ kind }) => kind)).toEqual(traits.namesSignIns ? [] : ['nameless_sign_ins'])
    expect(lastVisitor?.address).toMatch(/^127\.0\.1\d\./)
  })

  test('addresses that are handed out are public ones', async () => {
    const person = await signIn()
    const link = await person.call(api.links.create, { type: 'redirect', url: 'https://example.com/a', code: 'hop' })
    expect(link.shareUrl).toBe(`${originOf(behind.front)}/hop`)
    const opened = await send({ path: '/hop' })
    expect([opened.status, opened.headers.location]).toEqual([302, 'https://example.com/a'])
    expect((await send({ path: '/hop/qr.svg' })).headers['content-type']).toContain('image/svg+xml')
    expect((await send({ path: '/hop+' })).text).toContain(`${originOf(behind.front)}/hop`)
  })

  test('a file goes up and comes down whole, in parts, and not at all where it is known', async () => {
    const person = await signIn()
    const bytes = Buffer.from(Array.from({ length: 500_000 }, (_, index) => (index * 7) % 251))
    expect((await upload(person, 'data.zip', bytes, { code: 'data' })).status).toBe(201)
    const whole = await send({ path: '/data', method: 'HEAD' })
    expect(whole.headers).toMatchObject({ 'content-length': '500000', 'accept-ranges': 'bytes' })
    const stored = (await person.call(api.links.get, { code: 'data' })).sha256
    if (stored !== undefined) expect(stored).toBe(sha256(bytes))
    const part = await send({ path: '/data', headers: { Range: 'bytes=1000-1999' } })
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 1000-1999/500000'])
    const etag = String(whole.headers.etag)
    expect((await send({ path: '/data', headers: { 'If-None-Match': etag } })).status).toBe(304)
    expect((await send({ path: '/data', headers: { Range: 'bytes=900000-' } })).status).toBe(416)
  })

  test('a large file comes through, or is refused by the proxy', async () => {
    const person = await signIn()
    const reply = await upload(person, 'large.zip', Buffer.alloc(2_000_000), { code: 'large' })
    expect(reply.status).toBe(traits.takesLargeFiles ? 201 : 413)
    if (!traits.takesLargeFiles) expect(reply.headers.server).toMatch(/^nginx/)
  })

  test('a Markdown page is a page, and an HTML page is walled off', async () => {
    const person = await signIn()
    await person.call(api.links.create, { type: 'markdown', content: '# Hello *you*', code: 'page' })
    await person.call(api.links.create, { type: 'html', content: '<h1>Mine</h1>', code: 'site' })
    const page = await send({ path: '/page' })
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('<em>you</em>')])
    const site = await send({ path: '/site' })
    expect([site.status, site.text]).toEqual([200, expect.stringContaining('<h1>Mine</h1>')])
    expect(String(site.headers['content-security-policy'])).toContain('sandbox')
  })

  test('what is not there is the page that says so', async () => {
    const reply = await send({ path: '/nothing-here', headers: { Accept: 'text/html' } })
    expect([reply.status, reply.text]).toEqual([404, expect.stringContaining('There’s no link called nothing-here')])
  })

  test('another spelling of the sign-in does not get by', async () => {
    for (const path of ['/auth/login?x=1', '/auth/login/', '/auth/%6Cogin', '//auth/login']) {
      const body = JSON.stringify({ username: 'admin', password: behind.server.adminPassword })
      const headers = { 'Content-Type': 'application/json' }
      const reply = await send({ method: 'POST', path, body, headers })
      expect([reply.status >= 400, reply.headers['set-cookie']], path).toEqual([true, undefined])
    }
  })

  test('headers do not contradict each other', async () => {
    for (const path of ['/healthz', '/nothing-here', '/api/v1/session']) {
      const all = await headersThrough(behind.front, path)
      for (const name of ['x-frame-options', 'x-content-type-options', 'x-xss-protection', 'referrer-policy']) {
        const values = all.get(name) ?? []
        expect(values.length, `${path} ${name}`).toBeGreaterThan(0)
        expect(new Set(values).size, `${path} ${name}: ${values}`).toBe(1)
        if (traits.hasSingleHeaders) expect(values, `${path} ${name}`).toHaveLength(1)
      }
      expect(all.get('strict-transport-security')?.[0], path).toBe('max-age=63072000')
      expect(new Set(all.get('strict-transport-security')).size).toBe(1)
    }
  })

  test('news arrives as it happens', async () => {
    const person = await signIn()
    const heard = await hearNews(behind.front, person.cookie, async () => {
      await person.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'news' })
    })
    expect(heard).toContain('event: links')
  })

  test('who guesses too often is stopped, and nobody else with him', async () => {
    const from = another()
    const headers = { 'Content-Type': 'application/json' }
    const body = JSON.stringify({ username: 'admin', password: 'wrong' })
    const statuses = []
    for (let times = 0; times < 7; times += 1) {
      statuses.push((await send({ method: 'POST', path: '/auth/login', body, headers, from })).status)
    }
    if (traits.tooMany) expect(statuses.at(-1)).toBe(traits.tooMany)
    expect(statuses[0]).toBe(401)
    expect((await signIn()).reply.status).toBe(200)
    const { items } = await behind.server.window.call(api.bans.list, {})
    expect(items.map(({ address }) => address)).not.toContain('127.0.0.1')
  })

  test('the cookie of a session goes by https alone', async () => {
    const { reply } = await signIn()
    expect(reply.headers['set-cookie']?.[0]).toMatch(/^__Host-t8_.+; secure/i)
  })

  test('no secret is in the log', async () => {
    const person = await signIn()
    await person.send({ path: '/api/v1/session?token=t8_s3cret' })
    await loggedAs('token=***')
    const text = await readFile(join(behind.server.dataDir, 'logs/access.log'), 'utf8')
    for (const secret of ['s3cret', behind.server.adminPassword, person.csrfToken]) expect(text).not.toContain(secret)
  })
}

/** Listens to the server’s news until `act` shows in it, or the test’s time is over. */
async function hearNews(front: Front, cookie: string, act: () => Promise<void>): Promise<string> {
  const { request } = front.isSecure ? await import('node:https') : await import('node:http')
  const [servername = ''] = front.host.split(':')
  return new Promise((resolve, reject) => {
    const headers = { Host: front.host, Cookie: cookie }
    const to = { host: '127.0.0.1', port: front.port, path: '/api/v1/events', agent: false, headers }
    const asked = request({ ...to, servername, rejectUnauthorized: false }, reply => {
      let text = ''
      reply.setEncoding('utf8').on('data', data => {
        const isFirst = text === ''
        text += data
        if (isFirst) act().catch(reject)
        if (!text.includes('event: links')) return
        resolve(text)
        reply.destroy()
      })
    })
    asked.once('error', reject).end()
  })
}
