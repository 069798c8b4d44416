import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import type { SignedChallenge } from '../../src-server/contract/passkeys.ts'
import { createChallenges } from '../../src-server/passkeys/challenges.ts'
import { placeOf } from '../../src-server/passkeys/place.ts'
import { type Authenticator, makeAuthenticator, type Where } from '../helpers/authenticator.ts'
import { usersToml } from '../helpers/files.ts'
import { setUpSecondStep } from '../helpers/second-step.ts'
import { actingAs, type Client, sending, startTestServer, type TestServer } from '../helpers/server.ts'

const passwordOf = (name: string) => `a password for ${name} alone`
let server: TestServer
let ann: Client
let device: Authenticator

beforeEach(async () => {
  const users = usersToml({ ann: passwordOf('ann'), bob: passwordOf('bob') })
  server = await startTestServer({ owner: true, files: { 'users/users.toml': users } })
  ann = at(await server.as('ann', passwordOf('ann')))
  device = makeAuthenticator()
})
afterEach(() => server.stop())

const origin = () => server.url.replace('127.0.0.1', 'localhost')
/** A client whose browser is at `localhost`, or elsewhere. */
const at = (client: Client, where = origin()): Client => sending(client, { Host: new URL(where).host, Origin: where })

async function add(client: Client, password: string, where: Where = { origin: origin() }) {
  const { challenge } = await client.call(api.passkeys.options, { password })
  return client.call(api.passkeys.add, { name: 'Ann’s laptop', credential: device.create(challenge, where) })
}
const ask = async () => (await at(server.anyone).call(api.passkeys.signInOptions, {})).challenge
const signIn = (credential: SignedChallenge, where = origin()) =>
  at(server.anyone, where).send({
    method: 'POST',
    path: '/auth/passkey',
    body: JSON.stringify({ credential }),
    headers: { 'Content-Type': 'application/json' },
  })

describe('a passkey', () => {
  test('is no way to guess a password at: what is wrong counts as a sign-in that failed', async () => {
    await expect(ann.call(api.passkeys.options, { password: 'nope' })).rejects.toMatchObject({ code: 'wrong_password' })
    const from = { from: '127.0.0.66', isSecure: true }
    const elsewhere = at(await server.as('bob', passwordOf('bob'), from), origin().replace('http:', 'https:'))
    for (let round = 0; round < 5; round += 1) {
      const options = elsewhere.call(api.passkeys.options, { password: 'nope' })
      await expect(options).rejects.toMatchObject({ code: 'wrong_password' })
    }
    expect((await server.window.call(api.bans.list, {})).items).toMatchObject([{ address: '127.0.0.66', failures: 5 }])
  })

  test('is added by who gives their password, and lets them in without it', async () => {
    await expect(ann.call(api.passkeys.options, { password: 'nope' })).rejects.toMatchObject({ code: 'wrong_password' })
    const made = await add(ann, passwordOf('ann'))
    expect(made).toMatchObject({ id: device.id, name: 'Ann’s laptop', host: 'localhost' })
    const reply = await signIn(device.get(await ask(), { origin: origin() }))
    expect([reply.status, reply.json]).toMatchObject([200, { user: { username: 'ann' }, csrfToken: /./ }])
    const cookie = reply.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect((await server.send({ path: '/api/v1/session', headers: { Cookie: cookie } })).status).toBe(200)
    expect((await ann.call(api.passkeys.list, {})).items).toMatchObject([{ lastUsedAt: expect.any(String) }])
    const trail = await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8')
    expect(trail).toMatch(/"action":"passkey_added"/)
    expect(trail).toMatch(/"actor":"ann","action":"sign_in","method":"passkey"/)
  })

  test('is both steps at once: no code is asked for, and a policy is content with it', async () => {
    await add(ann, passwordOf('ann'))
    await server.desktop.call(api.instance.update, { values: { 'passwords.require_2fa': 'all' } })
    const reply = await signIn(device.get(await ask(), { origin: origin() }))
    const cookie = reply.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect((await server.send({ path: '/api/v1/links', headers: { Cookie: cookie } })).status).toBe(200)
  })

  test('still lets in after a restart', async () => {
    await add(ann, passwordOf('ann'))
    await server.restart()
    expect((await signIn(device.get(await ask(), { origin: origin() }))).status).toBe(200)
  })

  test('is renamed and removed by its owner, and by nobody else', async () => {
    const { id } = await add(ann, passwordOf('ann'))
    const bob = at(await server.as('bob', passwordOf('bob')))
    const missing = { code: 'not_found' }
    await expect(bob.call(api.passkeys.rename, { id, name: 'Mine' })).rejects.toMatchObject(missing)
    await expect(bob.call(api.passkeys.remove, { id })).rejects.toMatchObject(missing)
    expect((await bob.call(api.passkeys.list, {})).items).toEqual([])
    const acting = at(actingAs(await server.as(), 'ann'))
    await expect(acting.call(api.passkeys.remove, { id })).rejects.toMatchObject({ code: 'not_allowed' })
    expect(await ann.call(api.passkeys.rename, { id, name: 'Desk' })).toMatchObject({ id, name: 'Desk' })
    await ann.call(api.passkeys.remove, { id })
    expect((await signIn(device.get(await ask(), { origin: origin() }))).status).toBe(401)
  })

  test('goes with its user, and with an admin’s reset', async () => {
    await add(ann, passwordOf('ann'))
    await setUpSecondStep(ann, passwordOf('ann'))
    const admin = await server.as()
    expect(await admin.call(api.users.get, { name: 'ann' })).toMatchObject({ twoFactor: true, passkeys: 1 })
    await admin.call(api.twoFactor.reset, { name: 'ann' })
    expect(await admin.call(api.users.get, { name: 'ann' })).toMatchObject({ twoFactor: false, passkeys: 0 })
    expect((await signIn(device.get(await ask(), { origin: origin() }))).status).toBe(401)
  })
})

describe('nobody is let in by', () => {
  const refused = async (credential: SignedChallenge, where?: string) => {
    const reply = await signIn(credential, where)
    expect([reply.status, reply.json]).toMatchObject([401, { code: 'bad_credentials' }])
    expect(reply.headers['set-cookie']).toBeUndefined()
  }
  beforeEach(async () => void (await add(ann, passwordOf('ann'))))

  test('a passkey that nobody knows', async () => {
    await refused(makeAuthenticator().get(await ask(), { origin: origin() }))
  })

  test('an answer to a challenge of their own making', async () => {
    await refused(device.get('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', { origin: origin() }))
  })

  test('an answer that has counted before', async () => {
    const answer = device.get(await ask(), { origin: origin() })
    expect((await signIn(answer)).status).toBe(200)
    await refused(answer)
  })

  test('the challenge that was told to add a passkey', async () => {
    const { challenge } = await ann.call(api.passkeys.options, { password: passwordOf('ann') })
    await refused(device.get(challenge, { origin: origin() }))
  })

  test('what another site had signed', async () => {
    await refused(device.get(await ask(), { origin: 'https://evil.example', rpId: 'localhost' }))
  })

  test('what was signed for another name', async () => {
    await refused(device.get(await ask(), { origin: origin(), rpId: 'evil.example' }))
  })

  test('a device that has not seen to it that it is its owner', async () => {
    await refused(device.get(await ask(), { origin: origin(), isVerified: false }))
  })

  test('a copy, which has counted fewer uses', async () => {
    expect((await signIn(device.get(await ask(), { origin: origin(), counter: 9 }))).status).toBe(200)
    await refused(device.get(await ask(), { origin: origin(), counter: 9 }))
    await refused(device.get(await ask(), { origin: origin(), counter: 3 }))
    expect((await signIn(device.get(await ask(), { origin: origin(), counter: 10 }))).status).toBe(200)
  })

  test('an answer of another kind', async () => {
    await refused(device.get(await ask(), { origin: origin(), type: 'webauthn.create' }))
  })

  test('a passkey that says it is somebody else’s', async () => {
    await refused(device.get(await ask(), { origin: origin(), userHandle: 'Ym9i' }))
  })

  test('a signature that was changed', async () => {
    const answer = device.get(await ask(), { origin: origin() })
    const signature = makeAuthenticator().get('AAAA', { origin: origin() }).response.signature
    await refused({ ...answer, response: { ...answer.response, signature } })
  })

  test('junk, which is no reason to fail', async () => {
    const answer = device.get(await ask(), { origin: origin() })
    for (const [name, value] of [
      ['clientDataJSON', 'AAAA'],
      ['authenticatorData', 'AAAA'],
      ['signature', 'AAAA'],
    ] as const) {
      await refused({ ...answer, response: { ...answer.response, [name]: value } })
    }
  })

  test('any of this without its being counted as a failed sign-in', async () => {
    await refused(device.get('AAAA', { origin: origin() }))
    const trail = await readFile(join(server.dataDir, 'logs/audit.jsonl'), 'utf8')
    expect(trail).toMatch(/"actor":"ann","action":"sign_in_refused","kind":"sign_in"/)
  })
})

describe('a passkey is not added', () => {
  test.each([
    ['by another site', { origin: 'https://evil.example', rpId: 'localhost' }],
    ['for another name', { rpId: 'evil.example' }],
    ['by a device that has not seen to it that it is its owner', { isVerified: false }],
    ['by an answer of another kind', { type: 'webauthn.get' }],
  ])('%s', async (_, wrong) => {
    await expect(add(ann, passwordOf('ann'), { origin: origin(), ...wrong })).rejects.toMatchObject({
      code: 'bad_request',
    })
    expect((await ann.call(api.passkeys.list, {})).items).toEqual([])
  })

  test('by another session than the one that asked', async () => {
    const other = at(await server.as('ann', passwordOf('ann')))
    const { challenge } = await other.call(api.passkeys.options, { password: passwordOf('ann') })
    const credential = device.create(challenge, { origin: origin() })
    await expect(ann.call(api.passkeys.add, { name: 'x', credential })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('twice, nor for two people', async () => {
    await add(ann, passwordOf('ann'))
    await expect(add(ann, passwordOf('ann'))).rejects.toMatchObject({ code: 'conflict' })
    const bob = at(await server.as('bob', passwordOf('bob')))
    await expect(add(bob, passwordOf('bob'))).rejects.toMatchObject({ code: 'conflict' })
  })

  test('where browsers have none: at an address, or without https at a name', async () => {
    const atAddress = at(await server.as('ann', passwordOf('ann')), server.url)
    await expect(atAddress.call(api.passkeys.options, { password: passwordOf('ann') })).rejects.toMatchObject({
      code: 'not_allowed',
    })
    await expect(server.anyone.call(api.passkeys.signInOptions, {})).rejects.toMatchObject({ code: 'not_allowed' })
    for (const where of [
      'http://box.local:5001',
      'https://192.168.1.5',
      'https://[fe80::1]',
      'app://trunk8',
      'null',
      '',
    ]) {
      expect(() => placeOf(where), where).toThrow('Passkeys work only')
    }
    expect(placeOf('https://box.local:5443')).toEqual({ origin: 'https://box.local:5443', host: 'box.local' })
    expect(placeOf('http://localhost:5001').host).toBe('localhost')
  })
})

test('a challenge is good for five minutes, one place and one answer', () => {
  let now = 0
  const challenges = createChallenges(() => now)
  const purpose = { place: 'sign in', origin: 'https://a.example' }
  const [first, second, third] = [challenges.make(purpose), challenges.make(purpose), challenges.make(purpose)]
  expect(challenges.take(first, purpose)).toBeDefined()
  expect(challenges.take(first, purpose)).toBeUndefined()
  expect(challenges.take(second, { ...purpose, origin: 'https://b.example' })).toBeUndefined()
  expect(challenges.take(second, purpose)).toBeUndefined()
  now = 5 * 60_000
  expect(challenges.take(third, purpose)).toBeUndefined()
})
