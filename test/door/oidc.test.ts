import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { client, goToOpenId, type OpenIdProvider, type Person, startOpenId } from '../helpers/openid.ts'
import type { SignedIn, TestServer } from '../helpers/server.ts'
import { type SsoServer, startSsoServer } from '../helpers/sso.ts'
import { createVisitor, type Page, type Visitor } from '../helpers/visitor.ts'

/** Signing in by OpenID Connect, at a provider that others wrote. */
let sso: SsoServer
let server: TestServer
let admin: SignedIn
let openid: OpenIdProvider
const people: Record<string, Person> = {}

beforeAll(async () => {
  sso = await startSsoServer()
  ;({ server, admin } = sso)
  const { oidc } = await admin.call(api.sso.get, {})
  expect(oidc).toEqual({ state: 'off', redirectUri: `${server.url}/auth/oidc/callback`, hasSecret: false })
  openid = await startOpenId({ redirectUri: oidc.redirectUri, people })
})
afterAll(async () => {
  await openid.stop()
  await server.stop()
})
beforeEach(() => useProvider())

async function useProvider(more: Parameters<SsoServer['use']>[0] = {}): Promise<void> {
  const usual = { 'oidc.auto_create': false, 'oidc.allowed_domains': [], 'oidc.admin_claim': '' }
  await sso.use({ 'oidc.issuer': openid.issuer, 'oidc.client_id': client.id, ...usual, ...more })
  await admin.call(api.sso.setSecret, { secret: client.secret })
}

const auditTrail = () => readFile(join(server.dataDir, 'logs', 'audit.jsonl'), 'utf8')

const goToProvider = (visitor: Visitor, login: string, url = `${server.url}/auth/oidc`) =>
  goToOpenId(visitor, login, url)

async function signIn(login: string, visitor = createVisitor(), path = '/auth/oidc'): Promise<Page> {
  const back = await goToProvider(visitor, login, server.url + path)
  return visitor.ask(back.location ?? '')
}

async function link(person: SignedIn, visitor: Visitor, login: string): Promise<Page> {
  const back = await goToProvider(visitor, login, await sso.beginLink('oidc', person, visitor))
  return visitor.ask(back.location ?? '')
}

test('the sign-in page offers it by its name, as soon as it is set up', async () => {
  const { signIn } = await server.anyone.call(api.settings.welcome, {})
  expect(signIn).toEqual({ oidc: { label: new URL(openid.issuer).host } })
  await sso.use({ 'oidc.client_id': '' })
  expect((await server.anyone.call(api.settings.welcome, {})).signIn).toEqual({})
  expect(await admin.call(api.sso.get, {})).toMatchObject({ oidc: { state: 'incomplete' } })
  expect((await server.fetch('/auth/oidc')).status).toBe(404)
})

test('whoever comes for the first time gets an account of their own, without a password, and comes back to it', async () => {
  await useProvider({ 'oidc.auto_create': true })
  people.ida = { preferred_username: 'ida.lund', name: 'Ida Lund', email: 'ida@example.com' }
  const visitor = createVisitor()
  const page = await signIn('ida', visitor, '/auth/oidc?next=/%23/links')
  expect([page.status, page.location]).toEqual([303, `${server.url}/#/links`])
  expect(await sso.whoIs(visitor)).toEqual({ username: 'ida-lund', displayName: 'Ida Lund', isAdmin: false })
  const again = createVisitor()
  await signIn('ida', again)
  expect(await sso.whoIs(again)).toMatchObject({ username: 'ida-lund' })
  const made = await admin.call(api.users.get, { name: 'ida-lund' })
  expect([made.problem, made.sessions]).toEqual([undefined, 2])
  await expect(server.as('ida-lund', '')).rejects.toThrow()
  await expect(server.as('ida-lund', 'undefined')).rejects.toMatchObject({ code: 'bad_credentials' })
})

test('nobody becomes the admin, or somebody who is here already, by being called the same', async () => {
  await useProvider({ 'oidc.auto_create': true })
  await admin.call(api.users.create, { username: 'bo', password: 'bo has a password' })
  people.x1 = { preferred_username: 'admin', email: 'bo@example.com', email_verified: true }
  people.x2 = { preferred_username: 'BO', name: 'bo' }
  people.x3 = { preferred_username: '../../etc', name: '' }
  const names = []
  for (const login of ['x1', 'x2', 'x3']) {
    const visitor = createVisitor()
    await signIn(login, visitor)
    names.push((await sso.whoIs(visitor))?.username)
  }
  expect(names).toEqual(['admin-2', 'BO-2', 'etc'])
})

test('two first sign-ins of one person at once make one account', async () => {
  await useProvider({ 'oidc.auto_create': true })
  people.twin = { preferred_username: 'twin' }
  const visitors = [createVisitor(), createVisitor()]
  const backs = await Promise.all(visitors.map(visitor => goToProvider(visitor, 'twin')))
  await Promise.all(visitors.map((visitor, index) => visitor.ask(backs[index]?.location ?? '')))
  expect(await Promise.all(visitors.map(sso.whoIs))).toMatchObject([{ username: 'twin' }, { username: 'twin' }])
})

test('without new accounts, a stranger is turned away, and the audit trail says so', async () => {
  people.stranger = { email: 'stranger@example.com', preferred_username: 'admin' }
  const visitor = createVisitor()
  const page = await signIn('stranger', visitor)
  await sso.expectRefused(page, visitor)
  expect(page.text).toContain('No account here is linked with this one')
  expect(await auditTrail()).toMatch(/"action":"sign_in_refused","method":"oidc","reason":"nobody is linked with/)
})

test('whoever is signed in links an account at the provider, comes in by it, and unlinks it', async () => {
  const kim = await sso.person('kim')
  people.kimmy = { email: 'kim@example.com' }
  const visitor = sso.browserOf(kim)
  const linked = await link(kim, visitor, 'kimmy')
  expect([linked.status, linked.location]).toEqual([303, `${server.url}/#/settings/sign-in`])
  const { items } = await kim.call(api.sso.identities, {})
  expect(items).toMatchObject([{ provider: 'oidc', name: 'kim@example.com', issuer: new URL(openid.issuer).host }])

  const other = createVisitor()
  await signIn('kimmy', other)
  expect(await sso.whoIs(other)).toMatchObject({ username: 'kim' })

  const [first] = items
  await expect(admin.call(api.sso.unlink, { id: first?.id ?? '' })).rejects.toMatchObject({ code: 'not_found' })
  await kim.call(api.sso.unlink, { id: first?.id ?? '' })
  await sso.expectRefused(await signIn('kimmy'), createVisitor())
  expect(await auditTrail()).toMatch(/"actor":"kim","action":"identity_linked".*\n(.*\n)*.*"identity_unlinked"/)
})

test('what is linked with one person is nobody else’s to link', async () => {
  const [lea, max] = [await sso.person('lea'), await sso.person('max')]
  expect((await link(lea, sso.browserOf(lea), 'ours')).status).toBe(303)
  expect((await link(max, sso.browserOf(max), 'ours')).status).toBe(409)
  expect((await max.call(api.sso.identities, {})).items).toEqual([])
})

test('a link that one browser began is not ended in another, where somebody else is signed in', async () => {
  const lea = await server.as('lea', 'lea has a password')
  const visitor = sso.browserOf(lea)
  const back = await goToProvider(visitor, 'attacker', await sso.beginLink('oidc', lea, visitor))
  const victim = sso.browserOf(await server.as('max', 'max has a password'))
  expect((await victim.ask(back.location ?? '')).status).toBe(401)
  // Nor in the same browser, once somebody else is signed in there.
  const again = await goToProvider(visitor, 'attacker', await sso.beginLink('oidc', lea, visitor))
  await lea.call(api.sessions.signOut, {})
  expect((await visitor.ask(again.location ?? '')).status).toBe(401)
  await sso.expectRefused(await signIn('attacker'), createVisitor())
})

test('the only way in cannot be thrown away, and goes with its user', async () => {
  await useProvider({ 'oidc.auto_create': true })
  people.olga = { preferred_username: 'olga' }
  const visitor = createVisitor()
  await signIn('olga', visitor)
  const cookie = [...visitor.cookiesOf(server.url)].map(([name, value]) => `${name}=${value}`).join('; ')
  const ask = (path: string, method = 'GET', token = '') =>
    server.send({ method, path, headers: { Cookie: cookie, 'X-Trunk8-CSRF': token } })
  const { csrfToken } = api.sessions.get.output.parse((await ask('/api/v1/session')).json)
  expect(api.me.get.output.parse((await ask('/api/v1/me')).json).passwordFixedBy).toContain('no password here')
  const [own] = api.sso.identities.output.parse((await ask('/api/v1/me/identities')).json).items
  expect((await ask(`/api/v1/me/identities/${own?.id}`, 'DELETE', csrfToken)).status).toBe(409)

  await admin.call(api.users.remove, { name: 'olga' })
  await admin.call(api.users.create, { username: 'olga', password: 'another one altogether' })
  await useProvider()
  await sso.expectRefused(await signIn('olga'), createVisitor())
})

test('admin_claim makes admins of those it names, and takes it back, but only where the provider made the account', async () => {
  await useProvider({ 'oidc.auto_create': true, 'oidc.admin_claim': 'groups=trunk8-admins' })
  people.rune = { preferred_username: 'rune', groups: ['staff', 'trunk8-admins'] }
  const visitor = createVisitor()
  await signIn('rune', visitor)
  expect(await sso.whoIs(visitor)).toMatchObject({ username: 'rune', isAdmin: true })
  people.rune = { preferred_username: 'rune', groups: ['staff'] }
  const later = createVisitor()
  await signIn('rune', later)
  expect(await sso.whoIs(later)).toMatchObject({ username: 'rune', isAdmin: false })
  expect(await sso.whoIs(visitor)).toBeUndefined()

  const lea = await server.as('lea', 'lea has a password')
  people.lea2 = { groups: ['trunk8-admins'] }
  await link(lea, sso.browserOf(lea), 'lea2')
  const linked = createVisitor()
  await signIn('lea2', linked)
  expect(await sso.whoIs(linked)).toMatchObject({ username: 'lea', isAdmin: false })
})

test('with allowed domains, only a confirmed address in one of them comes in', async () => {
  await useProvider({ 'oidc.auto_create': true, 'oidc.allowed_domains': ['example.com'] })
  people.d1 = { email: 'd1@example.com', email_verified: false }
  people.d2 = { email: 'd2@evil.example', email_verified: true }
  people.d3 = { email: 'd3@example.com.evil.example', email_verified: true }
  people.d4 = {}
  people.d5 = { email: 'd5@EXAMPLE.com', email_verified: true }
  for (const login of ['d1', 'd2', 'd3', 'd4']) {
    const visitor = createVisitor()
    await sso.expectRefused(await signIn(login, visitor), visitor)
  }
  const visitor = createVisitor()
  await signIn('d5', visitor)
  expect(await sso.whoIs(visitor)).toMatchObject({ username: 'd5' })
})

test('nobody is sent on to another site, or round in a circle', async () => {
  await useProvider({ 'oidc.auto_create': true })
  people.next = { preferred_username: 'next' }
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '/auth/logout', '/x/../..//evil']) {
    const page = await signIn('next', createVisitor(), `/auth/oidc?next=${encodeURIComponent(next)}`)
    expect([next, page.location]).toEqual([next, `${server.url}/`])
  }
})

test('no code, state or token is in a log', async () => {
  await useProvider({ 'oidc.auto_create': true })
  const visitor = createVisitor()
  const back = new URL((await goToProvider(visitor, 'ida')).location ?? '')
  expect((await visitor.ask(back.href)).status).toBe(303)
  // A second time it is refused, and told about.
  expect((await visitor.ask(back.href)).status).toBe(401)
  const folder = join(server.dataDir, 'logs')
  const read = async () => Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')))
  await vi.waitFor(async () => expect((await read()).join()).toMatch(/auth\/oidc\/callback.* 401 /))
  for (const secret of [back.searchParams.get('code') ?? '?', back.searchParams.get('state') ?? '?', 'eyJ']) {
    expect((await read()).join()).not.toContain(secret)
  }
})

test('over https, the cookie of the journey is one that no other host can set', async () => {
  const reply = await server.send({ path: '/auth/oidc?here=yes', isSecure: true })
  const [cookie] = reply.headers['set-cookie'] ?? []
  expect(cookie).toMatch(/^__Host-t8_sso=\S{43}; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/i)
})

test('a browser that came by another name is sent to the address that the provider knows', async () => {
  const url = `http://localhost:${new URL(server.url).port}/auth/oidc?next=/%23/links`
  const visitor = createVisitor()
  expect((await visitor.ask(url)).location).toBe(`${server.url}/auth/oidc?next=%2F%23%2Flinks&here=yes`)
})

test('a check says that the provider answers, and a secret that it does not take is named when somebody signs in', async () => {
  expect(await admin.call(api.sso.check, { provider: 'oidc' })).toMatchObject({ isGood: true })
  await admin.call(api.sso.setSecret, { secret: 'not the one' })
  const page = await signIn('ida')
  expect(page.status).toBe(502)
  expect(page.text).toContain('does not accept the client ID or the client secret')
})

test('the client secret is told to nobody, and is in no file that people read', async () => {
  const state = await admin.send({ path: api.sso.get.path })
  expect(state.text).not.toContain(client.secret)
  expect(state.json).toMatchObject({ oidc: { hasSecret: true } })
  for (const file of ['config/config.toml', 'logs/app.log', 'logs/audit.jsonl']) {
    expect(await readFile(join(server.dataDir, file), 'utf8')).not.toContain(client.secret)
  }
  await admin.call(api.sso.removeSecret, {})
  expect(await admin.call(api.sso.get, {})).toMatchObject({ oidc: { hasSecret: false } })
})
