import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { api, type Route } from '../../src-server/contract/index.ts'
import { type Client, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
let user: Client

beforeAll(async () => {
  const hash = '5025f28e456db739518a23036d572baaa620bb2fa76b35d648b72c6b648f12f6'
  server = await startTestServer({
    owner: true,
    files: { 'users/users.toml': `[users.admin]\nis_admin = true\n\n[users.erin]\npassword_hash = "${hash}"\n` },
  })
  user = await server.as('erin', 'erin-legacy-pass')
})
afterAll(() => server.stop())

const routes: [name: string, route: Route][] = Object.entries(api).flatMap(([feature, calls]) =>
  Object.entries(calls).map(([name, route]): [string, Route] => [`${feature}.${name}`, route]),
)

const urlOf = ({ path }: Route) => path.replaceAll(/:\w+/g, 'no-such-thing')
const request = (client: Client, route: Route, body = '{}') =>
  client.send({
    method: route.method,
    path: urlOf(route),
    ...(route.method !== 'GET' && { body, headers: { 'Content-Type': 'application/json' } }),
  })

describe('every call there is', () => {
  test.each(routes.filter(([, { access }]) => access !== 'anyone'))('%s: a stranger is refused', async (_, route) => {
    const reply = await request(server.anyone, route)
    expect([reply.status, reply.json]).toMatchObject([401, { code: 'sign_in_required' }])
  })

  test.each(routes.filter(([, { access }]) => ['admin', 'owner', 'desktop'].includes(access)))(
    '%s: a user is refused',
    async (_, route) => {
      expect((await request(user, route)).status).toBe(403)
    },
  )

  test.each(routes.filter(([, { access }]) => ['owner', 'desktop'].includes(access)))(
    '%s: an admin who comes over the network is refused',
    async (_, route) => {
      expect((await request(await server.as(), route)).status).toBe(403)
    },
  )

  test.each(routes)('%s: junk is no reason to fail', async (_, route) => {
    const admin = server.desktop
    const junk = ['[]', '[1,2]', '{"code":1}', '{"url":{}}', '{"port":"x","host":7,"on":"y"}', '{"path":["x"]}']
    for (const body of ['{}', ...junk]) expect((await request(admin, route, body)).status).toBeLessThan(500)
    const path = route.path.replaceAll(/:\w+/g, '%00%ff..%2f')
    for (const query of ['', '?limit=x&cursor=%00', '?q=1&q=2&__proto__=1', '?%ff']) {
      const reply = await admin.send({ method: route.method, path: path + query })
      expect(reply.status, `${route.method} ${path}${query}`).toBeLessThan(500)
    }
  })

  // Whether a code is free is answered for every code.
  const isLookUp = (route: Route) => route === api.links.check

  test.each(routes.filter(([, route]) => route.path.includes(':') && !isLookUp(route)))(
    '%s: what is not there is not found',
    async (_, route) => {
      expect([404, 422]).toContain((await request(server.desktop, route)).status)
    },
  )
})

describe('the owner door', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { Authorization: 'Bearer nope' }],
    ['an empty token', { Authorization: 'Bearer ' }],
    ['another scheme', { Authorization: 'Basic window-token-of-the-test' }],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    for (const path of ['/api/v1/session', '/', '/some-code', '/static/x.js']) {
      const reply = await server.window.send({ path, headers: { Authorization: '', ...headers } })
      expect([reply.status, reply.json]).toMatchObject([401, { code: 'sign_in_required' }])
    }
  })

  test('lets the window in as the admin, with no token to send along', async () => {
    expect(await server.window.call(api.sessions.get, {})).toEqual({
      user: { username: 'admin', displayName: 'admin', isAdmin: true },
      csrfToken: '',
      actingAs: null,
      actor: null,
    })
  })

  test('does not take paths of this computer from the window', async () => {
    await expect(server.window.call(api.transfers.import, { path: '/etc/hostname' })).rejects.toMatchObject({
      code: 'not_allowed',
    })
  })

  test('its tokens open nothing on the network', async () => {
    const headers = { Authorization: 'Bearer desktop-token-of-the-test' }
    expect((await server.send({ path: '/api/v1/session', headers })).status).toBe(401)
  })
})
