import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { createPendingSignIns } from '../../src-server/sign-in/pending.ts'
import { usersToml } from '../helpers/files.ts'
import { appCode, setUpSecondStep } from '../helpers/second-step.ts'
import { type RawReply, startTestServer, type TestServer } from '../helpers/server.ts'

const password = 'a password for ann alone'
let server: TestServer
let ann: Awaited<ReturnType<typeof setUpSecondStep>>

beforeEach(async () => {
  const users = usersToml({ ann: password, bob: 'a password for bob alone' })
  const config = '[tls]\nallow_http_login = true'
  server = await startTestServer({ owner: true, config, files: { 'users/users.toml': users } })
  ann = await setUpSecondStep(await server.as('ann', password), password)
})
afterEach(() => server.stop())

interface Sent {
  readonly cookie?: string
  readonly from?: string
  readonly isForm?: boolean
  readonly accept?: string
}

function send(fields: Record<string, unknown>, { cookie = '', from, isForm = false, accept }: Sent = {}) {
  const body = isForm ? new URLSearchParams(fields as Record<string, string>).toString() : JSON.stringify(fields)
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  const headers = { 'Content-Type': type, Cookie: cookie, ...(accept && { Accept: accept }) }
  return server.send({ method: 'POST', path: '/auth/login', body, headers, ...(from && { from }) })
}
const cookieOf = ({ headers }: RawReply): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
const first = (given: Sent = {}) => send({ username: 'ann', password, steps: true }, given)
const summary = ({ status, json }: RawReply) => [status, (json as { code?: string } | undefined)?.code]
const isIn = async (cookie: string) =>
  (await server.send({ path: '/api/v1/session', headers: { Cookie: cookie } })).status === 200

describe('whoever has a second step', () => {
  test('is asked for a code once the password is right, and let in by it', async () => {
    const asked = await first()
    expect([asked.status, asked.json]).toEqual([200, { next: 'code' }])
    expect(asked.headers['set-cookie']?.[0]).toMatch(
      /^t8_step_[0-9a-f]{6}=[\w-]{43}; path=\/auth\/login; samesite=strict; httponly$/i,
    )
    const signedIn = await send({ otp: ann.nextCode() }, { cookie: cookieOf(asked) })
    expect([signedIn.status, signedIn.json]).toMatchObject([200, { user: { username: 'ann' }, csrfToken: /./ }])
  })

  test('is let in by both at once, where a program sends them', async () => {
    const reply = await send({ username: 'ann', password, otp: ann.nextCode() })
    expect(reply.status).toBe(200)
    expect(await isIn(cookieOf(reply))).toBe(true)
  })

  test('is told otp_required where a program knows of no steps, which counts as no failure', async () => {
    const reply = await send({ username: 'ann', password })
    expect(summary(reply)).toEqual([401, 'otp_required'])
    expect(reply.headers['set-cookie']).toBeUndefined()
    const trail = await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8')
    expect(trail).not.toContain('sign_in_refused')
  })

  test('is not told by the first step whether a wrong password would have needed a code', async () => {
    const [withCode, without] = [
      await send({ username: 'ann', password: 'nope', steps: true }),
      await send({ username: 'bob', password: 'nope', steps: true }),
    ]
    expect(withCode.status).toBe(401)
    expect(withCode.text).toBe(without.text)
  })

  test('gets in by no code without the password', async () => {
    expect(summary(await send({ username: 'ann', otp: ann.nextCode() }))).toEqual([401, 'sign_in_required'])
    expect(summary(await send({ username: 'ann', password: 'nope', otp: ann.nextCode() }))).toEqual([
      401,
      'bad_credentials',
    ])
  })
})

describe('a sign-in between its steps', () => {
  test('opens nothing', async () => {
    const cookie = cookieOf(await first())
    expect(await isIn(cookie)).toBe(false)
    const sessionCookie = (await server.as('bob', 'a password for bob alone')).cookie.split('=')[0]
    expect(await isIn(`${sessionCookie}=${cookie.split('=')[1]}`)).toBe(false)
  })

  test('goes on only with its cookie, and from where it began', async () => {
    const cookie = cookieOf(await first())
    const code = ann.nextCode()
    expect(summary(await send({ otp: code }))).toEqual([401, 'sign_in_required'])
    expect(summary(await send({ otp: code }, { cookie, from: '127.0.0.66' }))).toEqual([401, 'sign_in_required'])
    expect((await send({ otp: code }, { cookie })).status).toBe(200)
  })

  test('is used up by a sign-in', async () => {
    const cookie = cookieOf(await first())
    expect((await send({ otp: ann.nextCode() }, { cookie })).status).toBe(200)
    const [recovery] = ann.recoveryCodes
    expect(summary(await send({ otp: recovery }, { cookie }))).toEqual([401, 'sign_in_required'])
  })

  test('ends after five wrong codes, each of which counts as a failure', async () => {
    const cookie = cookieOf(await first())
    for (let round = 0; round < 5; round += 1) {
      expect(summary(await send({ otp: '000000' }, { cookie }))).toEqual([401, 'bad_credentials'])
    }
    expect(summary(await send({ otp: ann.nextCode() }, { cookie }))).toEqual([401, 'sign_in_required'])
    const trail = await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8')
    expect(trail.match(/"sign_in_refused","kind":"second_step"/g)).toHaveLength(5)
    expect(trail).not.toContain('000000')
  })

  test('ends with the password, the user or the second step that it began with', async () => {
    const admin = await server.as()
    const cookie = cookieOf(await first())
    await admin.call(api.users.resetPassword, { name: 'ann', password: 'quite another password' })
    expect(summary(await send({ otp: ann.nextCode() }, { cookie }))).toEqual([401, 'sign_in_required'])
  })

  test('lasts five minutes', () => {
    let now = 0
    const pending = createPendingSignIns(() => now)
    const signIn = { username: 'ann', mark: 'x', isRemembered: false, next: undefined, address: '10.0.0.7' }
    const token = pending.begin(signIn)
    now = 5 * 60_000 - 1
    expect(pending.try(token, '10.0.0.7')).toEqual(signIn)
    now += 1
    expect(pending.try(token, '10.0.0.7')).toBeUndefined()
  })
})

describe('without script', () => {
  const browser = { isForm: true, accept: 'text/html,*/*;q=0.8' }

  test('there is a page with a form, which goes on to a page that asks for the code', async () => {
    const page = await server.send({ path: '/auth/login?next=/plan', headers: { Accept: 'text/html' } })
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.text).toContain('name="next" value="/plan"')
    const asked = await send({ username: 'ann', password, next: '/plan' }, browser)
    expect(asked.status).toBe(200)
    expect(asked.text).toContain('autocomplete="one-time-code"')
    expect(asked.headers['content-security-policy']).toContain("default-src 'none'")
    const wrong = await send({ otp: '000000' }, { ...browser, cookie: cookieOf(asked) })
    expect(wrong.status).toBe(401)
    expect(wrong.text).toContain('That code is not right.')
    const done = await send({ otp: ann.nextCode() }, { ...browser, cookie: cookieOf(asked) })
    expect([done.status, done.headers.location]).toEqual([303, '/plan'])
  })

  test('who is too late begins again', async () => {
    const reply = await send({ otp: '123456' }, browser)
    expect(reply.status).toBe(401)
    expect(reply.text).toContain('Enter your password again')
    expect(reply.text).toContain('name="password"')
  })

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', '/a b', '/a\nb'])(
    'nobody is led to %j',
    async next => {
      expect((await send({ username: 'ann', password, next }, { isForm: true })).status).toBe(422)
      const path = `/auth/login?${new URLSearchParams({ next })}`
      expect((await server.send({ path })).status).toBe(422)
    },
  )
})

test('more than 4 KiB is not read, as JSON or as a form', async () => {
  expect((await send({ username: 'ann', password: 'x'.repeat(5000) })).status).toBe(413)
  expect((await send({ username: 'ann', password: 'x'.repeat(5000) }, { isForm: true })).status).toBe(413)
})

test('a code that is not six ASCII digits is a wrong one, and nothing breaks', async () => {
  const cookie = cookieOf(await first())
  for (const otp of ['１２３４５６', '12345', '1234567']) {
    expect(summary(await send({ otp }, { cookie }))).toEqual([401, 'bad_credentials'])
  }
  expect((await send({ otp: appCode(ann.secret, 30).replace(/(...)/, '$1 ') }, { cookie })).status).toBe(200)
})
