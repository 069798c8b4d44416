import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { api, type Route } from '../../src-server/contract/index.ts'
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

const ask = (value: 'off' | 'admins' | 'all') =>
  server.desktop.call(api.instance.update, { values: { 'passwords.require_2fa': value } })
const routes: [name: string, route: Route][] = Object.entries(api).flatMap(([feature, calls]) =>
  Object.entries(calls).map(([name, route]): [string, Route] => [`${feature}.${name}`, route]),
)
const mayStill = [
  ...['sessions.get', 'sessions.signIn', 'sessions.signOut', 'me.get', 'settings.welcome'],
  ...['twoFactor.get', 'twoFactor.start', 'twoFactor.confirm'],
]

describe('where everybody has to have a second step', () => {
  test('whoever has none can do nothing but set one up, see who they are, and sign out', async () => {
    await ask('all')
    expect(await ann.call(api.sessions.get, {})).toMatchObject({ user: { username: 'ann' }, mustEnrol: true })
    for (const [name, { method, path }] of routes) {
      if (mayStill.includes(name)) continue
      const url = path.replaceAll(/:\w+/g, 'no-such-thing')
      const headers = { 'Content-Type': 'application/json' }
      const reply = await ann.send({ method, path: url, ...(method !== 'GET' && { body: '{}', headers }) })
      expect([name, reply.status, reply.json]).toMatchObject([name, 403, { code: 'two_factor_required' }])
    }
    for (const path of ['/api/v1/events', '/api/v1/links/export?format=csv', '/api/v1/no-such-call']) {
      expect([path, (await ann.send({ path })).status]).toEqual([path, 403])
    }
  })

  test('they are told so when they sign in, and everything opens once it is set up', async () => {
    await ask('all')
    const body = JSON.stringify({ username: 'ann', password })
    const headers = { 'Content-Type': 'application/json' }
    const reply = await server.send({ method: 'POST', path: '/auth/login', body, headers })
    expect(reply.json).toMatchObject({ user: { username: 'ann' }, mustEnrol: true })
    const { secret } = await ann.call(api.twoFactor.start, { password })
    await ann.call(api.twoFactor.confirm, { code: appCode(secret) })
    expect((await ann.call(api.sessions.get, {})).mustEnrol).toBeUndefined()
    await ann.call(api.links.list, {})
  })

  test('on pages for everyone they are visitors: the password of their own link is asked for', async () => {
    await ann.call(api.links.create, {
      type: 'redirect',
      url: 'https://example.com',
      code: 'plan',
      password: 'let me in',
    })
    expect((await ann.send({ path: '/plan' })).status).toBe(302)
    await ask('all')
    expect((await ann.send({ path: '/plan' })).status).toBe(401)
  })

  test('an admin without one acts as nobody', async () => {
    const admin = await server.as()
    await ask('all')
    await expect(actingAs(admin, 'ann').call(api.links.list, {})).rejects.toMatchObject({ code: 'two_factor_required' })
  })

  test('whoever switches theirs off has to set up another at once', async () => {
    await ask('all')
    const { nextCode } = await setUpSecondStep(ann, password)
    await ann.call(api.links.list, {})
    await ann.call(api.twoFactor.remove, { password, code: nextCode() })
    await expect(ann.call(api.links.list, {})).rejects.toMatchObject({ code: 'two_factor_required' })
  })

  test('the desktop’s own door is never asked', async () => {
    await ask('all')
    await server.window.call(api.links.list, {})
    expect((await server.window.call(api.sessions.get, {})).mustEnrol).toBeUndefined()
  })
})

test('where admins have to, others need not', async () => {
  const admin = await server.as()
  await ask('admins')
  await ann.call(api.links.list, {})
  await expect(admin.call(api.links.list, {})).rejects.toMatchObject({ code: 'two_factor_required' })
})

test('the setting holds at once, and for who is signed in already', async () => {
  await ann.call(api.links.list, {})
  await ask('all')
  await expect(ann.call(api.links.list, {})).rejects.toMatchObject({ code: 'two_factor_required' })
  await ask('off')
  await ann.call(api.links.list, {})
})
