import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import type { Context } from 'koa'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { namesFor } from '../../src-server/sso/accounts.ts'
import { createJourneys, safeNext } from '../../src-server/sso/journeys.ts'
import { askProvider } from '../../src-server/sso/provider-fetch.ts'
import { readMetadata } from '../../src-server/sso/saml/metadata.ts'
import { usersToml } from '../helpers/files.ts'
import { listen } from '../helpers/listen.ts'
import { actingAs, startTestServer, type TestServer } from '../helpers/server.ts'

/** Single sign-on without a provider: what is kept, and the parts that decide. */
const identity = (username: string, subject: string, more = '') =>
  `[[identities]]\nprovider = "oidc"\nissuer = "https://login.example.com"\nsubject = "${subject}"\n` +
  `username = "${username}"\nname = "${subject}@example.com"\nlinked_at = "2026-01-02T03:04:05Z"\n${more}\n`

describe('identities', () => {
  let server: TestServer
  afterEach(() => server.stop())

  const file = () => readFile(join(server.dataDir, 'state', 'identities.toml'), 'utf8')

  test('outlive a restart, and are listed for whose they are alone', async () => {
    const users = usersToml({ ann: 'the password of ann', bob: 'the password of bob' })
    const state = identity('ann', 'a-1', 'later = "kept"') + identity('bob', 'b-1')
    server = await startTestServer({ files: { 'users/users.toml': users, 'state/identities.toml': state } })
    const ann = await server.as('ann', 'the password of ann')
    const { items } = await ann.call(api.sso.identities, {})
    expect(items).toEqual([
      {
        ...{ id: expect.any(String), provider: 'oidc', issuer: 'login.example.com' },
        ...{ name: 'a-1@example.com', linkedAt: '2026-01-02T03:04:05Z' },
      },
    ])
    const bob = await server.as('bob', 'the password of bob')
    await expect(bob.call(api.sso.unlink, { id: items[0]?.id ?? '' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      actingAs(await server.as(), 'ann').call(api.sso.unlink, { id: items[0]?.id ?? '' }),
    ).rejects.toMatchObject({ code: 'not_allowed' })
    await bob.call(api.sso.unlink, { id: (await bob.call(api.sso.identities, {})).items[0]?.id ?? '' })
    expect(await file()).toContain('later = "kept"')
    expect(await file()).not.toContain('b-1')
  })

  test('go with their user, by whatever hand that one was removed', async () => {
    const users = usersToml({ ann: 'the password of ann' })
    const state = identity('ann', 'a-1') + identity('nobody', 'n-1')
    server = await startTestServer({ files: { 'users/users.toml': users, 'state/identities.toml': state } })
    await vi.waitFor(async () => expect(await file()).not.toContain('n-1'))
    await writeFile(join(server.dataDir, 'users', 'users.toml'), usersToml({}))
    await vi.waitFor(async () => expect(await file()).not.toContain('a-1'), 10_000)
  })

  test('in a file that cannot be read keep nobody from their password', async () => {
    server = await startTestServer({ files: { 'state/identities.toml': '[[identities]]\nprovider = 7\n' } })
    expect((await (await server.as()).call(api.sso.identities, {})).items).toEqual([])
    expect(await readFile(join(server.dataDir, 'state', 'identities.toml.broken'), 'utf8')).toContain('provider = 7')
  })

  test('are what a user without a password needs; without any, the list of people says so', async () => {
    const users = '[users.ann]\nis_admin = false\n\n[users.bob]\nis_admin = false\n'
    server = await startTestServer({
      files: { 'users/users.toml': users, 'state/identities.toml': identity('ann', 'a-1') },
    })
    const { items } = await (await server.as()).call(api.users.list, {})
    const problems = Object.fromEntries(items.map(it => [it.username, it.problem]))
    expect(problems).toMatchObject({ ann: undefined, bob: expect.stringContaining('no password yet') })
  })
})

describe('setting it up', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer({ owner: true })
  })
  afterEach(() => server.stop())

  test('nothing is offered, asked or begun before that', async () => {
    const admin = await server.as()
    expect((await server.anyone.call(api.settings.welcome, {})).signIn).toEqual({})
    for (const provider of ['oidc', 'saml'] as const) {
      expect(await admin.call(api.sso.check, { provider })).toEqual({ isGood: false, detail: 'Nothing is set yet' })
      await expect(admin.call(api.sso.link, { provider })).rejects.toMatchObject({ code: 'conflict' })
    }
    const gone = ['/auth/oidc', '/auth/oidc/callback?state=x', '/auth/saml', '/auth/saml/finish?t=x']
    for (const path of gone) expect((await server.fetch(path)).status, path).toBe(404)
  })

  test('without a public address, people are sent back to this computer alone', async () => {
    const { port } = new URL(server.url)
    const { base, oidc, saml } = await server.window.call(api.sso.get, {})
    expect(base).toEqual({ url: `http://localhost:${port}`, isPublic: false })
    expect(oidc.redirectUri).toBe(`http://localhost:${port}/auth/oidc/callback`)
    expect(saml.acsUrl).toBe(`http://localhost:${port}/auth/saml/acs`)
    await server.window.call(api.instance.update, { values: { 'server.public_url': 'https://share.example.com/' } })
    expect(await server.window.call(api.sso.get, {})).toMatchObject({
      base: { url: 'https://share.example.com', isPublic: true },
      oidc: { redirectUri: 'https://share.example.com/auth/oidc/callback' },
    })
  })

  test('an account is linked where the provider sends the browser back to, and nowhere else', async () => {
    const values = {
      ...{ 'server.public_url': 'https://share.example.com' },
      ...{ 'oidc.issuer': 'https://login.example.com', 'oidc.client_id': 'trunk8' },
    }
    await server.window.call(api.instance.update, { values })
    for (const client of [server.window, await server.as()]) {
      await expect(client.call(api.sso.link, { provider: 'oidc' })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('https://share.example.com'),
      })
    }
  })

  test.each(['', '  ', 'two\nlines', 'ä', 'x'.repeat(1001)])('%j is no client secret', async secret => {
    const headers = { 'Content-Type': 'application/json' }
    const { path, method } = api.sso.setSecret
    const reply = await server.window.send({ path, method, headers, body: JSON.stringify({ secret }) })
    expect([reply.status, reply.json]).toMatchObject([422, { errors: [{ path: 'secret' }] }])
    expect((await server.window.call(api.sso.get, {})).oidc.hasSecret).toBe(false)
  })

  test('a page of another site sends no answer in the name of who is signed in', async () => {
    const { cookie } = await server.as()
    const headers = {
      Cookie: cookie,
      Origin: 'https://evil.example',
      'Content-Type': 'application/x-www-form-urlencoded',
    }
    const send = (path: string) => server.send({ method: 'POST', path, headers, body: 'SAMLResponse=x' })
    // Not set up: the address alone is exempt, and lets nobody do anything.
    expect((await send('/auth/saml/acs')).status).toBe(404)
    expect((await send('/auth/saml/acs/')).status).toBe(403)
    expect((await send('/auth/saml/finish')).status).toBe(403)
  })
})

describe('names of new users', () => {
  test.each([
    [['ida.lund', 'x@example.com'], 'ida-lund'],
    [['ida@example.com'], 'ida'],
    [[undefined, 'Ögmundur Þór@example.com'], 'Ögmundur-Þór'],
    [['../../etc/passwd'], 'etc-passwd'],
    [['--_x_--'], 'x'],
    [['', '@example.com', '🦊'], 'user'],
    [['x'.repeat(200)], 'x'.repeat(40)],
    [['con'], 'con-2'],
  ])('%j becomes %s', (wishes, name) => {
    expect(namesFor(wishes)[0]).toBe(name)
  })

  test('there are many, so that one is free', () => {
    const names = namesFor(['ida'])
    expect([names.length, new Set(names).size]).toEqual([100, 100])
    expect(names.slice(0, 3)).toEqual(['ida', 'ida-2', 'ida-3'])
  })
})

test.each([
  ['/', '/'],
  ['/#/links/fox?q=a', '/#/links/fox?q=a'],
  ['/red-fox', '/red-fox'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/%5cevil.example', '/%5cevil.example'],
  ['/a/..//evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/\tevil', '/'],
  ['/auth/oidc', '/'],
  ['/api/v1/me', '/'],
  [['/a', '/b'], '/'],
  [undefined, '/'],
])('after signing in, %j leads to %s', (given, next) => {
  expect(safeNext(given)).toBe(next)
})

describe('a journey', () => {
  /** As much of a request as a journey looks at: its cookies, which outlive it. */
  function createBrowser(): Context {
    const jar = new Map<string, string>()
    const cookies = {
      get: (name: string) => jar.get(name),
      set: (name: string, value: string | null) => void (value === null ? jar.delete(name) : jar.set(name, value)),
    }
    return { cookies, req: { socket: {} }, state: {} } as unknown as Context
  }

  test('ends once, in its own browser', () => {
    const journeys = createJourneys<{ note?: string }>()
    const [own, other] = [createBrowser(), createBrowser()]
    journeys.begin(own, 'a', { next: '/x', note: 'mine' })
    journeys.begin(other, 'b', { next: '/' })
    expect(journeys.finish(other, 'a')).toBeUndefined()
    expect(journeys.finish(own, 'a')).toBeUndefined()
    journeys.begin(own, 'c', { next: '/x', note: 'mine' })
    expect(journeys.finish(own, 'c')).toEqual({ next: '/x', note: 'mine' })
    expect(journeys.finish(own, 'c')).toBeUndefined()
    expect(journeys.finish(createBrowser(), 'nothing')).toBeUndefined()
  })

  test('goes on under another key once, and its time goes on with it', () => {
    let now = 0
    const journeys = createJourneys<{ note?: string }>(() => now)
    const browser = createBrowser()
    journeys.begin(browser, 'a', { next: '/' })
    now = 599_000
    expect(journeys.goOn('a', 'b', { note: 'proven' })).toBeDefined()
    expect(journeys.goOn('a', 'c', {})).toBeUndefined()
    expect(journeys.finish(browser, 'b')).toEqual({ next: '/', note: 'proven' })
    journeys.begin(browser, 'd', { next: '/' })
    now += 600_000
    expect([journeys.isUnderway('d'), journeys.goOn('d', 'e', {})]).toEqual([false, undefined])
    expect(journeys.finish(browser, 'd')).toBeUndefined()
  })

  test('is one of so many, and the oldest gives way', () => {
    const journeys = createJourneys()
    const browser = createBrowser()
    for (let index = 0; index < 6000; index += 1) journeys.begin(browser, `key-${index}`, { next: '/' })
    expect([journeys.isUnderway('key-0'), journeys.isUnderway('key-5999')]).toEqual([false, true])
  })
})

describe('a provider is asked', () => {
  let server: Server
  afterEach(() => void server?.close())

  test('without encryption within this computer alone, and is followed nowhere', async () => {
    for (const url of ['http://login.example.com/', 'ftp://localhost/', 'http://127.0.0.1.example.com/', 'nonsense']) {
      await expect(askProvider(url)).rejects.toMatchObject({ code: 'provider_failed' })
    }
    server = createServer((_, response) => response.writeHead(302, { Location: 'http://localhost:1/' }).end())
    const port = await listen(server)
    expect((await askProvider(`http://localhost:${port}/`)).status).toBe(302)
  })

  const metadata = (inner: string, entity = 'entityID="https://idp.example.com"') =>
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ${entity}>${inner}</md:EntityDescriptor>`
  const signOn = (location: string, binding = 'HTTP-Redirect') =>
    `<md:IDPSSODescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" ` +
    `Location="${location}"/></md:IDPSSODescriptor>`

  test('where to sign in, by its metadata', () => {
    expect(readMetadata(metadata(signOn('https://idp.example.com/sso')), 'here')).toEqual({
      ...{ entityId: 'https://idp.example.com', signOnUrl: 'https://idp.example.com/sso', signsWith: [] },
    })
  })

  test.each([
    ['', /not XML/],
    ['hello', /not XML|not the metadata/],
    ['<a><b></a>', /not the metadata/],
    ['<html/>', /not the metadata/],
    ['<!DOCTYPE x [<!ENTITY a "b">]><x/>', /not XML/],
    [metadata(signOn('https://idp.example.com/sso'), ''), /what the provider is called/],
    [metadata(signOn('https://idp.example.com/sso', 'HTTP-POST')), /no place to sign in at by redirect/],
    [metadata(signOn('http://idp.example.com/sso')), /not encrypted/],
    [metadata(signOn('javascript:alert(1)')), /not encrypted/],
    [metadata(signOn('https://a.example') + signOn('https://b.example')), /several providers/],
  ])('and told what is wrong with it: %j', (xml, reason) => {
    expect(() => readMetadata(xml, 'here')).toThrow(reason)
  })
})
