import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { stepOf } from '../../src-server/two-factor/totp.ts'
import { createTries } from '../../src-server/two-factor/tries.ts'
import { usersToml } from '../helpers/files.ts'
import { appCode, setUpSecondStep } from '../helpers/second-step.ts'
import { actingAs, type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const password = 'a password for ann alone'
let server: TestServer
let ann: SignedIn

beforeEach(async () => {
  server = await startTestServer({ owner: true, files: { 'users/users.toml': usersToml({ ann: password }) } })
  ann = await server.as('ann', password)
})
afterEach(() => server.stop())

const login = (otp?: string) =>
  server.send({
    method: 'POST',
    path: '/auth/login',
    body: JSON.stringify({ username: 'ann', password, otp }),
    headers: { 'Content-Type': 'application/json' },
  })
const read = (path: string) => readFile(join(server.dataDir, path), 'utf8')
const isAlive = async (client: SignedIn) => (await client.send({ path: '/api/v1/session' })).status === 200

describe('setting up a second step', () => {
  test('takes the password and a code of the app, and from then on the sign-in asks for one', async () => {
    expect(await ann.call(api.twoFactor.get, {})).toMatchObject({ isOn: false, asksPassword: true, isRequired: false })
    await expect(ann.call(api.twoFactor.start, { password: 'nope' })).rejects.toMatchObject({ code: 'wrong_password' })
    await expect(ann.call(api.twoFactor.start, {})).rejects.toMatchObject({ code: 'wrong_password' })
    const { secret, uri } = await ann.call(api.twoFactor.start, { password })
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(new URL(uri)).toMatchObject({ protocol: 'otpauth:', host: 'totp' })
    expect(new URL(uri).searchParams.get('secret')).toBe(secret)
    await expect(ann.call(api.twoFactor.confirm, { code: '000000' })).rejects.toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'code' }],
    })
    expect((await login()).status).toBe(200)
    const { recoveryCodes } = await ann.call(api.twoFactor.confirm, { code: appCode(secret) })
    expect(new Set(recoveryCodes).size).toBe(10)
    expect((await login()).json).toMatchObject({ code: 'otp_required' })
    expect((await login(appCode(secret, 30))).status).toBe(200)
  })

  test('confirmed twice at once, it is set up once, and the recovery codes that were told count', async () => {
    const { secret } = await ann.call(api.twoFactor.start, { password })
    const both = await Promise.allSettled([1, 2].map(() => ann.call(api.twoFactor.confirm, { code: appCode(secret) })))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const told = both.flatMap(it => (it.status === 'fulfilled' ? it.value.recoveryCodes : []))
    expect((await login(told[0])).status).toBe(200)
  })

  test('shows the secret as a QR code to the session that began, and keeps no copy in the browser', async () => {
    const path = '/api/v1/me/totp/qr.svg'
    expect((await ann.send({ path })).status).toBe(404)
    await ann.call(api.twoFactor.start, { password })
    const picture = await ann.send({ path })
    expect([picture.status, picture.headers['content-type'], picture.headers['cache-control']]).toEqual([
      ...[200, 'image/svg+xml', 'no-store'],
    ])
    expect(picture.text).toMatch(/^<svg /)
    expect((await (await server.as('ann', password)).send({ path })).status).toBe(404)
    expect((await server.anyone.send({ path })).status).toBe(401)
  })

  test('ends the other sessions of that person, and this one goes on by another id', async () => {
    const elsewhere = await server.as('ann', password)
    const before = ann.cookie
    await setUpSecondStep(ann, password)
    expect([await isAlive(ann), await isAlive(elsewhere)]).toEqual([true, false])
    expect(ann.cookie).not.toBe(before)
    expect((await server.send({ path: '/api/v1/session', headers: { Cookie: before } })).status).toBe(401)
    expect(await ann.call(api.twoFactor.get, {})).toMatchObject({ isOn: true, recoveryCodesLeft: 10 })
  })

  test('is not begun twice, and not confirmed by what another session was told', async () => {
    const other = await server.as('ann', password)
    const { secret } = await other.call(api.twoFactor.start, { password })
    await expect(ann.call(api.twoFactor.confirm, { code: appCode(secret) })).rejects.toMatchObject({ code: 'conflict' })
    await other.call(api.twoFactor.confirm, { code: appCode(secret) })
    await expect(other.call(api.twoFactor.start, { password })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('leaves neither secret nor recovery code on the disk or in a log', async () => {
    const { secret, recoveryCodes } = await setUpSecondStep(ann, password)
    const file = await read('state/two-factor.toml')
    expect(file).toContain('[users.ann]')
    const all =
      file + (await read('logs/app.log')) + (await read('logs/audit.jsonl')) + (await read('users/users.toml'))
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map(it => it.replaceAll('-', ''))]) {
      expect(all).not.toContain(text)
    }
    expect(await read('logs/audit.jsonl')).toContain('"two_factor_on"')
  })

  test('is for oneself alone: not for an admin who acts as one', async () => {
    const acting = actingAs(await server.as(), 'ann')
    await expect(acting.call(api.twoFactor.start, { password })).rejects.toMatchObject({ code: 'not_allowed' })
    expect((await acting.call(api.twoFactor.get, {})).fixedBy).toMatch(/^You act as /)
  })

  test('needs no password at the owner’s own window, which is never asked for a code', async () => {
    const { recoveryCodes } = await setUpSecondStep(server.window)
    expect(recoveryCodes).toHaveLength(10)
    expect(await server.window.call(api.twoFactor.get, {})).toMatchObject({ asksPassword: false, asksCode: false })
    await expect(server.as()).rejects.toMatchObject({ code: 'otp_required' })
    await server.window.call(api.twoFactor.remove, {})
    await server.as()
  })
})

describe('a code of the app', () => {
  test('counts once', async () => {
    const { nextCode } = await setUpSecondStep(ann, password)
    const code = nextCode()
    expect((await login(code)).status).toBe(200)
    expect((await login(code)).json).toMatchObject({ code: 'bad_credentials' })
  })

  test('counts once also where it comes twice at the same moment', async () => {
    const { nextCode } = await setUpSecondStep(ann, password)
    const code = nextCode()
    const replies = await Promise.all(Array.from({ length: 6 }, () => login(code)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401])
  })

  test('that has confirmed the app does not open a session as well', async () => {
    const { secret } = await ann.call(api.twoFactor.start, { password })
    const code = appCode(secret)
    await ann.call(api.twoFactor.confirm, { code })
    expect((await login(code)).status).toBe(401)
  })

  test('does not count again after a restart', async () => {
    const { nextCode } = await setUpSecondStep(ann, password)
    const code = nextCode()
    expect((await login(code)).status).toBe(200)
    await server.restart()
    expect((await login(code)).status).toBe(401)
  })

  test.each(['１２３４５６', '٠١٢٣٤٥', '12345', '1234567', '12345a', '1e5000', '+12345', '12.345', ''])(
    '%j is none, and nothing breaks',
    text => {
      expect(stepOf(text, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000)).toBeUndefined()
    },
  )

  test('is what RFC 6238 says it is', () => {
    // Appendix B, the last six digits of the SHA-1 rows.
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    for (const [seconds, code] of [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_234_567_890, '005924'],
      [20_000_000_000, '353130'],
    ] as const) {
      expect(stepOf(code, secret, seconds * 1000)).toBe(Math.floor(seconds / 30))
    }
  })

  test('that is tried over and over is not looked at for a while', () => {
    let now = 1000
    const tries = createTries(() => now)
    for (let round = 0; round < 10; round += 1) {
      tries.check('ann')
      tries.failed('ann')
    }
    expect(() => tries.check('ann')).toThrow('Too many wrong codes')
    tries.check('bob')
    now += 15 * 60_000
    tries.check('ann')
  })
})

describe('switching it off', () => {
  test('is no way to guess the password or a code: tries are slowed down as those of a sign-in', async () => {
    const limited = await startTestServer({
      isLimited: true,
      config: '[rate_limit]\nlogin_burst = 3\n',
      files: { 'users/users.toml': usersToml({ ann: password }) },
    })
    const somebody = await limited.as('ann', password)
    const codeOf = (promise: Promise<unknown>) => promise.catch(error => error.code)
    const answers: unknown[] = []
    for (const guess of ['a', 'b', 'c', 'd']) {
      answers.push(await codeOf(somebody.call(api.twoFactor.start, { password: guess })))
    }
    await limited.stop()
    // Signing in was the first of the four.
    expect(answers).toEqual(['wrong_password', 'wrong_password', 'wrong_password', 'rate_limited'])
  })

  test('takes the password and a code, and ends the other sessions', async () => {
    const { nextCode } = await setUpSecondStep(ann, password)
    const code = nextCode()
    await expect(ann.call(api.twoFactor.remove, { password: 'nope', code })).rejects.toMatchObject({
      code: 'wrong_password',
    })
    await expect(ann.call(api.twoFactor.remove, { password })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(ann.call(api.twoFactor.remove, { password, code: '000000' })).rejects.toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'code', message: 'That code is not right' }],
    })
    await ann.call(api.twoFactor.remove, { password, code })
    expect((await login()).status).toBe(200)
    expect(await read('logs/audit.jsonl')).toContain('"two_factor_off"')
    expect(await read('state/two-factor.toml')).not.toContain('ann')
  })
})

describe('an admin', () => {
  test('sees who has a second step, and takes it away for who has lost theirs', async () => {
    await setUpSecondStep(ann, password)
    const admin = await server.as()
    expect(await admin.call(api.users.get, { name: 'ann' })).toMatchObject({ twoFactor: true })
    await admin.call(api.twoFactor.reset, { name: 'ann' })
    expect(await isAlive(ann)).toBe(false)
    expect((await login()).status).toBe(200)
    expect(await admin.call(api.users.get, { name: 'ann' })).toMatchObject({ twoFactor: false })
    expect(await read('logs/audit.jsonl')).toMatch(/"actor":"admin","action":"two_factor_reset","target":"ann"/)
    await expect(admin.call(api.twoFactor.reset, { name: 'ann' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(admin.call(api.twoFactor.reset, { name: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(admin.call(api.twoFactor.reset, { name: 'admin' })).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('who deletes a user deletes their second step, and a new one of that name begins without', async () => {
    await setUpSecondStep(ann, password)
    const admin = await server.as()
    await admin.call(api.users.remove, { name: 'ann' })
    expect(await read('state/two-factor.toml')).not.toContain('ann')
    await admin.call(api.users.create, { username: 'ann', password })
    expect((await login()).status).toBe(200)
  })
})

describe('the file of the second steps', () => {
  test('lets nobody in by their password alone when a row makes no sense', async () => {
    await setUpSecondStep(ann, password)
    await writeFile(join(server.dataDir, 'state/two-factor.toml'), '[users.ann]\nsecret = 7\n')
    await server.restart()
    expect((await login()).json).toMatchObject({ code: 'otp_required' })
    expect((await login('000000')).json).toMatchObject({ code: 'bad_credentials' })
  })

  test('keeps the server from starting when it does not parse, and says where', async () => {
    const files = { 'state/two-factor.toml': '[users.ann\n' }
    await expect(startTestServer({ files })).rejects.toThrow(/two-factor\.toml, line 1/)
  })
})

test('another secret key keeps the second steps: they are sealed anew', async () => {
  const { nextCode } = await setUpSecondStep(ann, password)
  const before = await read('state/two-factor.toml')
  for (let round = 0; round < 2; round += 1) await server.window.call(api.secretKey.replace, { confirm: true })
  expect(await read('state/two-factor.toml')).not.toBe(before)
  expect((await login(nextCode())).status).toBe(200)
})
