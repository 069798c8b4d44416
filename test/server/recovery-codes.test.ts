import { afterEach, beforeEach, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { hashRecoveryCode, makeRecoveryCodes } from '../../src-server/two-factor/recovery-codes.ts'
import { usersToml } from '../helpers/files.ts'
import { setUpSecondStep } from '../helpers/second-step.ts'
import { type SignedIn, startTestServer, type TestServer } from '../helpers/server.ts'

const password = 'a password for ann alone'
let server: TestServer
let ann: SignedIn
let made: Awaited<ReturnType<typeof setUpSecondStep>>

beforeEach(async () => {
  server = await startTestServer({ files: { 'users/users.toml': usersToml({ ann: password }) } })
  ann = await server.as('ann', password)
  made = await setUpSecondStep(ann, password)
})
afterEach(() => server.stop())

const login = async (otp: string) => {
  const body = JSON.stringify({ username: 'ann', password, otp })
  const headers = { 'Content-Type': 'application/json' }
  return (await server.send({ method: 'POST', path: '/auth/login', body, headers })).status
}

test('each of the ten opens one session, in the place of the app’s code', async () => {
  for (const code of made.recoveryCodes) expect(await login(code)).toBe(200)
  for (const code of made.recoveryCodes) expect(await login(code)).toBe(401)
  expect(await ann.call(api.twoFactor.get, {})).toMatchObject({ isOn: true, recoveryCodesLeft: 0 })
})

test('two who send the same one at once are not both let in', async () => {
  const [code = ''] = made.recoveryCodes
  const statuses = await Promise.all(Array.from({ length: 6 }, () => login(code)))
  expect(statuses.sort()).toEqual([200, 401, 401, 401, 401, 401])
})

test('a used one stays used after a restart, and the others go on', async () => {
  const [first = '', second = ''] = made.recoveryCodes
  expect(await login(first)).toBe(200)
  await server.restart()
  expect([await login(first), await login(second)]).toEqual([401, 200])
})

test('one is taken however it is typed', async () => {
  const [one = '', two = '', three = ''] = made.recoveryCodes
  expect(await login(one.toUpperCase())).toBe(200)
  expect(await login(two.replaceAll('-', ''))).toBe(200)
  expect(await login(`  ${three.replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `)).toBe(200)
})

test('new ones replace the old, and take the password and a code', async () => {
  const [old = '', proof = ''] = made.recoveryCodes
  await expect(ann.call(api.twoFactor.makeRecoveryCodes, { password })).rejects.toMatchObject({ code: 'invalid_input' })
  const { recoveryCodes } = await ann.call(api.twoFactor.makeRecoveryCodes, { password, code: proof })
  expect(recoveryCodes).toHaveLength(10)
  expect(await login(old)).toBe(401)
  expect(await login(recoveryCodes[0] ?? '')).toBe(200)
})

test('a lost secret key leaves the recovery codes, which are hashed and not sealed', async () => {
  const code = made.nextCode()
  const secrets = { adminPassword: server.adminPassword, secretKey: 'quite another key of thirty-two letters or more' }
  await server.restart({ secrets })
  expect(await login(code)).toBe(401)
  expect(await login(made.recoveryCodes[0] ?? '')).toBe(200)
})

test('one has 80 random bits, in groups that can be read aloud', () => {
  const codes = Array.from({ length: 50 }, makeRecoveryCodes).flat()
  expect(new Set(codes).size).toBe(500)
  for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/)
  expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32)
  expect(hashRecoveryCode('123456')).toBeUndefined()
  expect(hashRecoveryCode('uuuu-uuuu-uuuu-uuuu')).toBeUndefined()
})
