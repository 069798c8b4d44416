import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, linkExports } from '../../src-server/contract/index.ts'
import { crowdAtTheLine } from '../helpers/crowd.ts'
import { snapshot, upload, usersToml } from '../helpers/files.ts'
import { type Client, type RawReply, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const Accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
const password = 'Käse & bread +1'

let server: TestServer
let ann: SignedIn
let bob: SignedIn

beforeAll(async () => {
  server = await startTestServer({
    owner: true,
    files: { 'users/users.toml': usersToml({ ann: 'the password of ann', bob: 'the password of bob' }) },
  })
  ann = await server.as('ann', 'the password of ann')
  bob = await server.as('bob', 'the password of bob')
  const secret = { url: 'https://example.com/secret-target', title: 'secret-title', password }
  await ann.call(api.links.create, { type: 'redirect', code: 'hop', ...secret })
  await ann.call(api.links.create, { type: 'markdown', code: 'page', content: '# secret-text', password })
  await upload(ann, 'secret-name.txt', 'secret-bytes', { code: 'plan', password })
})
afterAll(() => server.stop())

const asPerson = (path: string, headers: Record<string, string> = {}) =>
  server.send({ path, headers: { Accept, ...headers } })

const type = (path: string, typed: string, { client = server.anyone, headers = {} }: TypeOptions = {}) =>
  client.send({
    method: 'POST',
    path,
    headers: { Accept, 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ password: typed }).toString(),
  })

interface TypeOptions {
  readonly client?: Client
  readonly headers?: Record<string, string>
}

/** What a browser sends back to an address of the link. */
const cookieOf = ({ headers }: RawReply, path: string): string =>
  (headers['set-cookie'] ?? []).find(it => it.includes(`Path=${path};`))?.split(';')[0] ?? ''

const basic = (typed: string, user = 'anyone') => `Basic ${Buffer.from(`${user}:${typed}`).toString('base64')}`

const visitsOf = async (code: string) => (await ann.call(api.links.get, { code })).visits

describe('a link with a password, to whoever has not typed it', () => {
  test.each(['/hop', '/page', '/plan', '/plan?inline=1', '/page?raw=1', '/hop+', '/page+', '/plan+'])(
    '%s asks for it and says nothing of what is behind it',
    async path => {
      const before = await visitsOf('plan')
      for (const method of ['GET', 'HEAD']) {
        const program = await server.send({ method, path })
        expect(program.status).toBe(401)
        const person = await server.send({ method, path, headers: { Accept } })
        expect([person.status, person.headers['cache-control']]).toEqual([401, 'no-store'])
        for (const { text, headers } of [program, person])
          expect(text + JSON.stringify(headers)).not.toContain('secret-')
      }
      expect((await server.send({ path })).json).toMatchObject({ code: 'password_required', status: 401 })
      expect(await visitsOf('plan')).toBe(before)
    },
  )

  test('the page has one field and no script, and a form that a browser may send', async () => {
    const { text, headers } = await asPerson('/plan?inline=1&x=<1>')
    expect(text).toContain('<h1>This link asks for a password</h1>')
    expect(text.match(/<input/g)).toHaveLength(1)
    expect(text).toContain('<form class="gate" method="post" action="/plan?inline=1">')
    expect(text).not.toMatch(/<script|style=/)
    // With no-referrer a form says that it comes from nowhere; with form-action it could not lead on to elsewhere.
    expect(headers['referrer-policy']).toBe('same-origin')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; (?!.*form-action)/)
    expect(headers['x-frame-options']).toBe('SAMEORIGIN')
  })

  test('a wrong password gets the page again, and no cookie', async () => {
    for (const typed of ['nope', '', password.toUpperCase(), ` ${password} x`]) {
      const reply = await type('/plan', typed)
      expect([typed, reply.status, reply.headers['set-cookie']]).toEqual([typed, 401, undefined])
      expect(reply.text).toContain('That’s not it')
      expect(reply.text).not.toContain('secret-')
    }
    expect((await type('/plan', 'nope', { headers: { Accept: '*/*' } })).json).toMatchObject({
      code: 'password_required',
    })
  })

  test('a form that is none, or too long, is refused', async () => {
    const json = { 'Content-Type': 'application/json' }
    const asJson = await server.send({ method: 'POST', path: '/plan', headers: json, body: '{"password":"x"}' })
    expect(asJson.status).toBe(415)
    expect((await type('/plan', 'x'.repeat(5000))).status).toBe(413)
  })
})

describe('the right password', () => {
  test('lets a browser in for an hour, wherever the link’s own addresses are asked for', async () => {
    const before = await visitsOf('plan')
    const reply = await type('/plan?inline=1', password)
    expect([reply.status, reply.headers.location, reply.headers['cache-control']]).toEqual([
      303,
      '/plan?inline=1',
      'no-store',
    ])
    expect(reply.headers['set-cookie']).toHaveLength(2)
    for (const cookie of reply.headers['set-cookie'] ?? []) {
      expect(cookie).toMatch(
        /^t8_open_[0-9a-f]{6}=\d+\.[\w-]{43}; Path=\/plan\+?; Max-Age=3600; HttpOnly; SameSite=Lax$/,
      )
    }
    const Cookie = cookieOf(reply, '/plan')
    expect((await asPerson('/plan', { Cookie })).text).toBe('secret-bytes')
    const part = await asPerson('/plan', { Cookie, Range: 'bytes=7-' })
    expect([part.status, part.text]).toEqual([206, 'bytes'])
    expect((await asPerson('/plan+', { Cookie: cookieOf(reply, '/plan+') })).text).toContain('secret-name.txt')
    expect(await visitsOf('plan')).toBe(before + 1)
  })

  test('leads on to where a redirect goes, and shows a page and its source', async () => {
    const Cookie = cookieOf(await type('/hop', password), '/hop')
    expect((await asPerson('/hop', { Cookie })).headers.location).toBe('https://example.com/secret-target')
    const page = cookieOf(await type('/page', password), '/page')
    expect((await asPerson('/page', { Cookie: page })).text).toContain('secret-text')
    expect((await asPerson('/page?raw=1', { Cookie: page })).text).toBe('# secret-text')
  })

  test('opens that link alone, by a cookie that nobody can make up', async () => {
    const { headers } = await type('/hop', password)
    const [, value = ''] = /=([^;]+)/.exec(headers['set-cookie']?.[0] ?? '') ?? []
    const name = cookieOf(await type('/plan', password), '/plan').split('=')[0]
    expect((await asPerson('/plan', { Cookie: `${name}=${value}` })).status).toBe(401)
    const [until = '', signature = ''] = value.split('.')
    for (const forged of [
      `${Number(until) + 1}.${signature}`,
      `${until}.${'A'.repeat(43)}`,
      `.${signature}`,
      'x',
      '',
    ]) {
      expect((await asPerson('/hop', { Cookie: `${name}=${forged}` })).status).toBe(401)
    }
    expect((await asPerson('/hop', { Cookie: `${name}=${value}` })).status).toBe(302)
  })

  test('is taken from programs as Basic, whatever user they name', async () => {
    for (const user of ['', 'curl', 'a b']) {
      const reply = await server.send({ path: '/plan', headers: { Authorization: basic(password, user) } })
      expect([reply.status, reply.text]).toEqual([200, 'secret-bytes'])
    }
    const wrong = await server.send({ path: '/plan', headers: { Authorization: basic('nope') } })
    expect([wrong.status, wrong.json]).toMatchObject([401, { code: 'password_required' }])
    expect((await server.send({ path: '/plan', headers: { Authorization: 'Basic !' } })).status).toBe(401)
  })
})

describe('who needs no password', () => {
  test('its owner, an admin and the window of the desktop see the link as it is, and do not count', async () => {
    const before = await visitsOf('plan')
    for (const client of [ann, await server.as(), server.window]) {
      expect((await client.send({ path: '/plan', headers: { Accept } })).text).toBe('secret-bytes')
      expect((await client.send({ path: '/plan+', headers: { Accept } })).text).toContain('secret-name.txt')
    }
    expect(await visitsOf('plan')).toBe(before)
  })

  test('another user does, and gets in by the form with no more than their cookie', async () => {
    const headers = { Cookie: bob.cookie, Origin: server.url }
    expect((await asPerson('/plan', { Cookie: bob.cookie })).status).toBe(401)
    const reply = await type('/plan', password, { headers })
    expect(reply.status).toBe(303)
    const Cookie = `${bob.cookie}; ${cookieOf(reply, '/plan')}`
    expect((await asPerson('/plan', { Cookie })).text).toBe('secret-bytes')
  })

  test('a form on a page of another site is refused', async () => {
    for (const Origin of ['https://evil.example', 'null']) {
      const reply = await type('/plan', password, { headers: { Origin } })
      expect([reply.status, reply.headers['set-cookie']]).toEqual([403, undefined])
    }
  })
})

describe('the password of a link', () => {
  test('can be set, changed and taken away, and a change ends what was opened', async () => {
    await ann.call(api.links.create, { type: 'redirect', code: 'later', url: 'https://example.com/' })
    const set = await ann.call(api.links.update, { code: 'later', password: 'first' })
    expect(set.protected).toBe(true)
    const Cookie = cookieOf(await type('/later', 'first'), '/later')
    expect((await asPerson('/later', { Cookie })).status).toBe(302)
    await ann.call(api.links.update, { code: 'later', title: 'Still locked' })
    expect((await asPerson('/later', { Cookie })).status).toBe(302)
    await ann.call(api.links.update, { code: 'later', password: 'second' })
    expect((await asPerson('/later', { Cookie })).status).toBe(401)
    expect((await type('/later', 'first')).status).toBe(401)
    expect((await type('/later', 'second')).status).toBe(303)
    expect((await ann.call(api.links.update, { code: 'later', password: null })).protected).toBe(false)
    expect((await asPerson('/later')).status).toBe(302)
  })

  test('is kept as a hash, in a row with upstream’s keys first, and is told to nobody', async () => {
    const text = await readFile(join(server.dataDir, 'users/ann/links.toml'), 'utf8')
    const rows = text.split(/\n(?=\[)/)
    const row = rows.find(it => it.startsWith('[links.plan]')) ?? ''
    expect(row).toMatch(/^password_hash = "\$argon2id\$[^"]+"$/m)
    expect(row.trim().split('\n').at(-1)).toMatch(/^password_hash = /)
    expect(text).not.toContain(password)
    const exports = await Promise.all(
      ['csv', 'json'].map(format => ann.send({ path: `${linkExports.path}?format=${format}` })),
    )
    const one = await ann.send({ path: '/api/v1/links/plan' })
    const all = await ann.send({ path: '/api/v1/links' })
    for (const reply of [one, all, ...exports]) {
      expect(reply.status).toBe(200)
      expect(reply.text).not.toMatch(/argon2|password_?hash/i)
    }
    for (const name of await snapshot(join(server.dataDir, 'logs'))) {
      const log = await readFile(join(server.dataDir, 'logs', name.slice(0, name.lastIndexOf(' '))), 'utf8')
      expect(log).not.toMatch(/argon2id\$|Käse/)
    }
  })

  test('that is empty or too long is refused, and nothing is made', async () => {
    for (const [code, bad] of [
      ['empty', ''],
      ['long', 'x'.repeat(201)],
    ] as const) {
      const wanted = { type: 'redirect', code, url: 'https://example.com/', password: bad } as const
      await expect(ann.call(api.links.create, wanted)).rejects.toMatchObject({ code: 'invalid_input' })
      // An empty field of a form was not filled in.
      if (bad !== '') expect((await upload(ann, 'a.txt', 'a', { code, password: bad })).status).toBe(422)
      expect((await asPerson(`/${code}`)).status).toBe(404)
    }
    await expect(bob.call(api.links.update, { code: 'plan', password: 'mine' })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('stays when the link gets another file, name or kind, and survives a restart', async () => {
    await ann.call(api.links.create, { type: 'markdown', code: 'moves', content: 'secret-one', password })
    const Cookie = cookieOf(await type('/moves', password), '/moves')
    await ann.call(api.links.replaceContent, { code: 'moves', content: 'secret-two' })
    await server.restart()
    expect((await asPerson('/moves')).status).toBe(401)
    expect((await asPerson('/moves?raw=1', { Cookie })).text).toBe('secret-two')
    await ann.call(api.links.update, { code: 'moves', newCode: 'moved', type: 'redirect', url: 'https://example.com/' })
    expect((await asPerson('/moved')).status).toBe(401)
  })
})

test('codes of every kind can be locked: accents, dots, signs', async () => {
  const row = (code: string) =>
    `[links."${code}"]\ntype = "redirect"\nurl = "https://example.com/"\npassword_hash = "${hash}"\n`
  const hash = /password_hash = "([^"]+)"/.exec(
    await readFile(join(server.dataDir, 'users/ann/links.toml'), 'utf8'),
  )?.[1]
  const codes = ['café', 'dotted.code', '__proto__', 'constructor', '2026', 'a+b', 'cafe\u0301s']
  const own = await startTestServer({ files: { 'users/admin/links.toml': codes.map(row).join('\n') } })
  try {
    for (const code of codes) {
      const path = `/${encodeURIComponent(code.normalize('NFC'))}`
      expect([code, (await own.send({ path, headers: { Accept } })).status]).toEqual([code, 401])
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams({ password }).toString()
      const reply = await own.send({ method: 'POST', path, headers, body })
      expect([code, reply.status, reply.headers.location]).toEqual([code, 303, path])
      expect((await own.send({ path, headers: { Cookie: cookieOf(reply, path) } })).status).toBe(302)
    }
  } finally {
    await own.stop()
  }
})

test('a hash that cannot be read lets nobody in, and nothing fails', async () => {
  const locked = 'type = "redirect"\nurl = "https://secret.example/"'
  const rows = `[links.a]\n${locked}\npassword_hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"\n\n[links.b]\n${locked}\npassword_hash = "plain"\n\n[links.c]\n${locked}\npassword_hash = 7\n`
  const own = await startTestServer({ files: { 'users/admin/links.toml': rows } })
  try {
    for (const code of ['a', 'b', 'c']) {
      for (const typed of ['plain', '7', '']) {
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept }
        const body = new URLSearchParams({ password: typed }).toString()
        const reply = await own.send({ method: 'POST', path: `/${code}`, headers, body })
        expect([code, typed, reply.status]).toEqual([code, typed, 401])
        expect(reply.text).not.toContain('secret')
      }
    }
  } finally {
    await own.stop()
  }
})

test('while a crowd has its passwords checked a guess is turned away, and the server goes on', async () => {
  const crowd = crowdAtTheLine()
  const guess = await type('/hop', 'guess')
  expect([guess.status, guess.headers['retry-after']]).toEqual([503, '2'])
  await crowd.sendHome()
  expect((await type('/plan', password)).status).toBe(303)
})
