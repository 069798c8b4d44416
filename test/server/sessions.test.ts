import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer

const upstreamHash = (password: string, rounds = 600_000) => {
  const salt = randomBytes(32)
  return `pbkdf2$${rounds}$${salt.toString('hex')}$${pbkdf2Sync(password, salt, rounds, 32, 'sha256').toString('hex')}`
}

const users = `
[users.admin]
password_hash = "${createHash('sha256').update('not this one').digest('hex')}"
is_admin = true
display_name = "Administrator"

[users.ann]
password_hash = "${upstreamHash('ann’s own password')}"
is_admin = false
display_name = "Ann"
note = "kept"

[users.old]
password_hash = "${createHash('sha256').update('from long ago').digest('hex')}"

[users.odd]
password_hash = "$argon2id$garbage"

[users."../up"]
is_admin = true

[users.wrong]
is_admin = "yes"
`

beforeAll(async () => {
  server = await startTestServer({ files: { 'users/users.toml': users } })
})
afterAll(() => server.stop())

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  server.send({ method: 'POST', path, body, headers: { 'Content-Type': 'application/json', ...headers } })
const login = (username: string, password: string, headers: Record<string, string> = {}) =>
  post('/auth/login', JSON.stringify({ username, password }), headers)
const formLogin = (body: string, headers: Record<string, string> = {}) =>
  post('/auth/login', body, { 'Content-Type': 'application/x-www-form-urlencoded', ...headers })
const readLog = () => readFile(join(server.dataDir, 'logs/app.log'), 'utf8')

describe('signing in', () => {
  test('an empty name is the admin', async () => {
    const admin = await server.as()
    expect(await admin.call(api.sessions.get, {})).toEqual({
      user: { username: 'admin', displayName: 'Administrator', isAdmin: true },
      csrfToken: admin.csrfToken,
      actingAs: null,
      actor: null,
    })
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const [wrong, unknown] = [await login('ann', 'nope'), await login('nobody', 'nope')]
    expect(wrong.status).toBe(401)
    expect(wrong.json).toMatchObject({ code: 'bad_credentials', status: 401 })
    expect(unknown.status).toBe(401)
    expect(unknown.text).toBe(wrong.text)
    expect(wrong.headers['set-cookie']).toBeUndefined()
  })

  test('the time of an answer does not tell who exists', async () => {
    // One has an upstream hash that takes ten times as long as ours, one a hash that takes no time.
    const best = new Map(['nobody', 'ann', 'admin', 'odd'].map(name => [name, Number.POSITIVE_INFINITY]))
    // In turn, and the best of each: what else the machine does slows all of them, or some rounds of one.
    for (let round = 0; round < 7; round += 1) {
      for (const [name, before] of best) {
        const began = performance.now()
        await login(name, 'nope')
        best.set(name, Math.min(before, performance.now() - began))
      }
    }
    const nobody = best.get('nobody') ?? 0
    for (const time of best.values()) {
      expect(time / nobody).toBeGreaterThan(0.4)
      expect(time / nobody).toBeLessThan(2.5)
    }
  })

  test('a failed sign-in stands in the log, without the password', async () => {
    await login('ann\nINFO: forged', 'do-not-write-this')
    const log = await readLog()
    expect(log).toMatch(/WARNING: Failed sign-in as "ann\\nINFO: forged" from 127\.0\.0\.1/)
    expect(log).not.toContain('do-not-write-this')
  })

  test('a user of upstream signs in with the password they had there', async () => {
    const ann = await server.as('ann', 'ann’s own password')
    expect((await ann.call(api.sessions.get, {})).user).toEqual({ username: 'ann', displayName: 'Ann', isAdmin: false })
  })

  test('a composed and a decomposed spelling are one password', async () => {
    const other = await startTestServer({ adminPassword: 'caf\u00e9 au lait' })
    try {
      await other.as('', 'cafe\u0301 au lait')
    } finally {
      await other.stop()
    }
  })

  test('an old bare hash is made strong at the first sign-in, and the rest of the file stays', async () => {
    await server.as('old', 'from long ago')
    const text = await readFile(join(server.dataDir, 'users/users.toml'), 'utf8')
    expect(text).toMatch(/\[users\.old\]\npassword_hash = "\$argon2id\$/)
    expect(text).toContain('note = "kept"')
    expect(text).toContain('[users."../up"]')
    await server.as('old', 'from long ago')
  })

  test('the hash that a users.toml has for the admin opens nothing', async () => {
    expect((await login('admin', 'not this one')).status).toBe(401)
  })

  test('a damaged hash is a failed sign-in and an error in the log', async () => {
    expect((await login('odd', 'whatever')).status).toBe(401)
    expect(await readLog()).toMatch(/ERROR: odd cannot sign in/)
  })

  test('broken rows of users.toml keep nobody else out', async () => {
    const log = await readLog()
    expect(log).toMatch(/users\/users\.toml, line \d+, users\.\.\.\/up: No folder can have this name/)
    expect(log).toMatch(/users\/users\.toml, line \d+, users\.wrong\.is_admin: is_admin has to be true or false/)
    expect((await login('wrong', 'x')).status).toBe(401)
  })

  test('the cookie is out of reach of scripts and other sites, and lasts as long as the browser', async () => {
    const { setCookie } = await server.as()
    expect(setCookie).toMatch(/^t8_[0-9a-f]{6}=[\w-]{43}; path=\/; samesite=lax; httponly$/i)
  })

  test('a remembered sign-in outlives the browser', async () => {
    const { setCookie } = await server.as('', server.adminPassword, { remember: true })
    const expires = Date.parse(/expires=([^;]+)/i.exec(setCookie)?.[1] ?? '')
    expect(expires - Date.now()).toBeGreaterThan(29.9 * 24 * 3600_000)
  })

  test('each sign-in has an id of its own, and the disk does not know it', async () => {
    const [one, two] = [await server.as(), await server.as()]
    expect(one.cookie).not.toBe(two.cookie)
    const file = await readFile(join(server.dataDir, 'state/sessions.toml'), 'utf8')
    expect(file).not.toContain(one.cookie.split('=')[1])
  })

  test('a form is led to the start page', async () => {
    const reply = await formLogin(new URLSearchParams({ password: server.adminPassword }).toString())
    expect([reply.status, reply.headers.location]).toEqual([303, '/'])
    expect(reply.headers['set-cookie']?.[0]).toMatch(/^t8_/)
  })

  test('a form with a wrong password gets a page and 401', async () => {
    const reply = await formLogin('password=nope', { Accept: 'text/html,*/*;q=0.8' })
    expect(reply.status).toBe(401)
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(reply.text).toContain('The name or the password is not right')
  })

  test.each(['/auth/login?x=1', '/auth/login/', '//auth/login', '/auth/%6Cogin', '/Auth/login', '/auth/login?'])(
    'a sign-in at %s is not found, right password or not',
    async path => {
      const reply = await post(path, JSON.stringify({ password: server.adminPassword }))
      expect(reply.status).toBe(404)
      expect(reply.headers['set-cookie']).toBeUndefined()
    },
  )

  test('a sign-in form of more than 4 KiB is not read', async () => {
    expect((await formLogin(`password=${'x'.repeat(5000)}`)).status).toBe(413)
  })
})

describe('a session', () => {
  test('without one, there is nothing to see', async () => {
    await expect(server.anyone.call(api.sessions.get, {})).rejects.toMatchObject({ code: 'sign_in_required' })
  })

  test('with a made-up cookie, neither', async () => {
    const { cookie } = await server.as()
    const forged = `${cookie.slice(0, -2)}xx`
    expect((await server.send({ path: '/api/v1/session', headers: { Cookie: forged } })).status).toBe(401)
  })

  test('outlives a restart of the server', async () => {
    const admin = await server.as('', server.adminPassword, { remember: true })
    await server.restart()
    expect((await admin.call(api.sessions.get, {})).user.username).toBe('admin')
  })

  test('is dead on the server after signing out', async () => {
    const admin = await server.as()
    const reply = await admin.send({ method: 'POST', path: '/auth/logout' })
    expect(reply.status).toBe(204)
    expect(reply.headers['set-cookie']?.[0]).toMatch(/expires=Thu, 01 Jan 1970/i)
    expect((await server.send({ path: '/api/v1/session', headers: { Cookie: admin.cookie } })).status).toBe(401)
  })

  test('changes nothing without its token', async () => {
    const { cookie, csrfToken } = await server.as()
    const out = (headers: Record<string, string>) => post('/auth/logout', '{}', { Cookie: cookie, ...headers })
    for (const token of [undefined, 'wrong', '']) {
      const reply = await out(token === undefined ? {} : { 'X-Trunk8-CSRF': token })
      expect([reply.status, reply.json]).toMatchObject([403, { code: 'csrf' }])
    }
    expect((await out({ 'X-Trunk8-CSRF': csrfToken })).status).toBe(204)
  })

  test('another session’s token does not do', async () => {
    const [one, two] = [await server.as(), await server.as()]
    expect(
      (await one.send({ method: 'POST', path: '/auth/logout', headers: { 'X-Trunk8-CSRF': two.csrfToken } })).status,
    ).toBe(403)
  })

  test.each(['null', 'http://evil.test', 'http://127.0.0.1:1', 'https://127.0.0.1', 'file://'])(
    'a page of %s can neither change anything nor sign anybody in',
    async origin => {
      const admin = await server.as()
      expect((await admin.send({ method: 'POST', path: '/auth/logout', headers: { Origin: origin } })).status).toBe(403)
      expect((await login('', server.adminPassword, { Origin: origin })).status).toBe(403)
    },
  )

  test('a page of our own can', async () => {
    for (const origin of [server.url, server.url.replace('127.0.0.1', 'localhost')]) {
      const admin = await server.as()
      expect((await admin.send({ method: 'POST', path: '/auth/logout', headers: { Origin: origin } })).status).toBe(204)
    }
  })
})
