import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  api,
  backupFilePath,
  contentPath,
  eventsPath,
  linkExports,
  type Route,
} from '../../src-server/contract/index.ts'
import { type KeyScope, type Scope, scopeOf, scopes } from '../../src-server/contract/route.ts'
import { plainRoutes } from '../../src-server/openapi/plain-routes.ts'
import { multipart } from '../helpers/files.ts'
import { type Client, type RawReply, startTestServer, type TestServer } from '../helpers/server.ts'

let server: TestServer
/** One key of the admin's for each scope, with that scope alone. */
const programs = new Map<Scope, Client>()

beforeAll(async () => {
  server = await startTestServer()
  const admin = await server.as()
  for (const scope of scopes) {
    const { key } = await admin.call(api.apiKeys.create, { name: scope, scopes: [scope] })
    programs.set(scope, server.withKey(key))
  }
})
afterAll(() => server.stop())

const routes: [name: string, route: Route][] = Object.entries(api).flatMap(([feature, calls]) =>
  Object.entries(calls).map(([name, route]): [string, Route] => [`${feature}.${name}`, route]),
)

/** No key opens what is for people, whatever a feature says of itself. */
const isForPeople = ({ path, access }: Pick<Route, 'path' | 'access'>) =>
  ['owner', 'desktop'].includes(access) ||
  /^\/auth\/|^\/api\/v1\/(session|sessions|api-keys)(\/|$)|^\/api\/v1\/me\/./.test(path)

const codeOf = ({ json }: RawReply) => (json as { code?: string } | undefined)?.code
const isOpen = (scope: Scope, needed: KeyScope) =>
  needed === 'any' || (needed !== 'never' && (needed === scope || scope === 'admin'))

/** Nothing that it is sent makes sense, so that what is let in is refused for that. */
const nonsense = ({ method, path }: { readonly method: string; readonly path: string }) => ({
  ...{ method, path: path.replaceAll(/:\w+/g, '%20') },
  ...(method !== 'GET' && { body: '[]', headers: { 'Content-Type': 'application/json' } }),
})

describe('every call there is', () => {
  test.each(routes)('%s: opens for the scope it names, and for no other', async (name, route) => {
    const needed = scopeOf(route)
    for (const [scope, program] of programs) {
      const code = codeOf(await program.send(nonsense(route)))
      const refusal = needed === 'never' ? 'not_allowed' : 'scope_missing'
      if (isOpen(scope, needed)) expect([name, scope, code]).not.toEqual([name, scope, refusal])
      else if (name !== 'sessions.signIn') expect([name, scope, code]).toEqual([name, scope, refusal])
    }
  })

  test.each(routes.filter(([, route]) => isForPeople(route)))('%s: is for people, so no key opens it', (_, route) => {
    expect(scopeOf(route)).toBe('never')
  })

  test.each(routes.filter(([, { access }]) => access === 'admin'))(
    '%s: is for admins, so it takes a key for all that',
    (_, route) => {
      expect(['admin', 'never', 'metrics']).toContain(scopeOf(route))
    },
  )

  test('a key to look at things changes nothing', () => {
    const changes = routes.filter(([, { method }]) => method !== 'GET')
    expect(changes.filter(([, route]) => scopeOf(route) === 'links:read')).toEqual([])
  })

  test('what a program does with links is open to it', () => {
    const open = (scope: KeyScope) => routes.flatMap(([name, route]) => (scopeOf(route) === scope ? [name] : []))
    expect(open('links:read')).toEqual(expect.arrayContaining(['links.list', 'links.get', 'links.check']))
    const writes = ['links.create', 'links.update', 'links.remove', 'links.restore', 'links.bulk', 'links.importList']
    expect(open('links:write')).toEqual(expect.arrayContaining(writes))
    expect(open('files:write')).toEqual(expect.arrayContaining(['links.replaceContent', 'uploads.limits']))
    expect(open('any')).toContain('me.get')
  })
})

describe('what is not JSON both ways', () => {
  const form = multipart([{ name: 'file', filename: 'x.txt', body: 'x' }])
  const asForm = { body: form.body, headers: { 'Content-Type': form.type } }
  const ways: [needed: Scope, request: { method: string; path: string }][] = [
    ['links:read', { method: 'GET', path: contentPath('no-such-thing') }],
    ['links:read', { method: 'GET', path: linkExports.path }],
    ['links:read', { method: 'HEAD', path: eventsPath }],
    ['files:write', { method: 'POST', path: api.links.create.path, ...asForm }],
    ['files:write', { method: 'PUT', path: contentPath('no-such-thing'), ...asForm }],
    ['admin', { method: 'POST', path: api.backups.list.path }],
    ['admin', { method: 'POST', path: api.backups.restore.path, ...asForm }],
    ['admin', { method: 'GET', path: backupFilePath('no-such-thing') }],
  ]
  test.each(ways)('%s, and nothing less, for %j', async (needed, request) => {
    for (const [scope, program] of programs) {
      const { status } = await program.send(request)
      expect([scope, status === 403]).toEqual([scope, !isOpen(scope, needed)])
    }
  })

  test.each(plainRoutes.filter(({ access }) => access !== 'anyone'))('$id: as the document says', async route => {
    for (const [scope, program] of programs) {
      if (route.path === eventsPath) continue
      const reply = await program.send(nonsense(route))
      expect([scope, ['scope_missing', 'not_allowed'].includes(codeOf(reply) ?? '')]).toEqual([
        scope,
        !isOpen(scope, route.scope ?? 'never'),
      ])
    }
  })
})

test('a refusal names the scope that it takes', async () => {
  const reply = await programs.get('links:read')?.send({ method: 'DELETE', path: '/api/v1/links/x' })
  expect(reply).toMatchObject({
    ...{ status: 403, json: { code: 'scope_missing', detail: expect.stringContaining('links:write') } },
    headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
  })
})

test('a stream of events tells a key for links of links alone, and ends with the key', async () => {
  const admin = await server.as()
  const { apiKey, key } = await admin.call(api.apiKeys.create, { name: 'Listener', scopes: ['links:read'] })
  const reply = await server.fetch(eventsPath, { headers: { Authorization: `Bearer ${key}` } })
  const text = reply.text()
  await admin.call(api.me.update, { displayName: 'Somebody else' })
  await admin.call(api.links.create, { type: 'redirect', url: 'https://example.com', code: 'heard' })
  await admin.call(api.apiKeys.remove, { id: apiKey.id })
  const names = [...(await text).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
  expect(names).toEqual(['links'])
})

test('a link with a password opens for its owner’s key to read links, and for no other of theirs', async () => {
  const admin = await server.as()
  await admin.call(api.links.create, { type: 'markdown', code: 'guarded', content: '# Hello', password: 'sesame' })
  const opened = []
  for (const [scope, program] of programs) {
    opened.push([scope, (await program.send({ path: '/guarded?raw=1' })).status])
  }
  const isToRead = (scope: unknown) => scope === 'links:read' || scope === 'admin'
  expect(opened).toEqual(opened.map(([scope]) => [scope, isToRead(scope) ? 200 : 401]))
})
