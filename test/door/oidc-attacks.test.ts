import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { client, goToOpenId, type Liar, type OpenIdProvider, startLiar, startOpenId } from '../helpers/openid.ts'
import type { SignedIn, TestServer } from '../helpers/server.ts'
import { type SsoServer, startSsoServer } from '../helpers/sso.ts'
import { createVisitor, type Page, type Visitor } from '../helpers/visitor.ts'

/** What must not work when somebody signs in by OpenID Connect: by strangers, and by a provider that lies. */
let sso: SsoServer
let server: TestServer
let admin: SignedIn
let openid: OpenIdProvider
let liar: Liar

beforeAll(async () => {
  sso = await startSsoServer()
  ;({ server, admin } = sso)
  const redirectUri = `${server.url}/auth/oidc/callback`
  const ida = { preferred_username: 'ida' }
  openid = await startOpenId({ redirectUri, people: { ida } })
  liar = await startLiar()
})
afterAll(async () => {
  await Promise.all([openid.stop(), liar.stop()])
  await server.stop()
})

const log = () => readFile(join(server.dataDir, 'logs', 'app.log'), 'utf8')

const goToProvider = (visitor: Visitor, login: string) => goToOpenId(visitor, login, `${server.url}/auth/oidc`)

describe('a stranger', () => {
  beforeEach(async () => {
    await sso.use({ 'oidc.issuer': openid.issuer, 'oidc.client_id': client.id, 'oidc.auto_create': true })
    await admin.call(api.sso.setSecret, { secret: client.secret })
  })

  test('login CSRF: a journey that an attacker began does not end in a victim’s browser', async () => {
    const back = await goToProvider(createVisitor(), 'mallory')
    const victim = createVisitor()
    await sso.expectRefused(await victim.ask(back.location ?? ''), victim)
    // Nor where the victim has a journey of their own under way.
    const other = await goToProvider(createVisitor(), 'mallory')
    await goToProvider(victim, 'victim')
    await sso.expectRefused(await victim.ask(other.location ?? ''), victim)
  })

  test('a state that nobody began, or none at all, is refused', async () => {
    const visitor = createVisitor()
    const back = new URL((await goToProvider(visitor, 'mallory')).location ?? '')
    for (const state of ['made-up', '', undefined]) {
      const url = new URL(back)
      if (state === undefined) url.searchParams.delete('state')
      else url.searchParams.set('state', state)
      await sso.expectRefused(await visitor.ask(url.href), visitor)
    }
  })

  test('a way back works once: neither the address nor the code in it signs anybody in again', async () => {
    const visitor = createVisitor()
    const back = (await goToProvider(visitor, 'ida')).location ?? ''
    expect((await visitor.ask(back)).status).toBe(303)
    const thief = createVisitor()
    await sso.expectRefused(await thief.ask(back), thief)
  })

  test('a code that was stolen before it was used opens nothing in a journey of the thief’s own', async () => {
    const stolen = new URL((await goToProvider(createVisitor(), 'ida')).location ?? '')
    const thief = createVisitor()
    const own = new URL((await thief.ask(`${server.url}/auth/oidc`)).location ?? '')
    stolen.searchParams.set('state', own.searchParams.get('state') ?? '')
    await sso.expectRefused(await thief.ask(stolen.href), thief)
    expect(await log()).toContain('the provider refused the code: invalid_grant')
  })

  test('mix-up: an answer that names another issuer is refused, as is one that names none', async () => {
    for (const iss of ['https://evil.example', undefined]) {
      const visitor = createVisitor()
      const url = new URL((await goToProvider(visitor, 'ida')).location ?? '')
      if (iss) url.searchParams.set('iss', iss)
      else url.searchParams.delete('iss')
      await sso.expectRefused(await visitor.ask(url.href), visitor)
    }
  })

  test('what the provider says against somebody is told without its words', async () => {
    const visitor = createVisitor()
    const begun = await visitor.ask(`${server.url}/auth/oidc`)
    const state = new URL(begun.location ?? '').searchParams.get('state') ?? ''
    const query = new URLSearchParams({ state, error: 'access_denied', iss: openid.issuer })
    query.set('error_description', '<script>alert(1)</script>')
    const page = await visitor.ask(`${server.url}/auth/oidc/callback?${query}`)
    await sso.expectRefused(page, visitor)
    expect(page.text).not.toContain('script')
    expect(await log()).toContain('the provider answered access_denied')
  })
})

describe('with a provider that lies', () => {
  beforeEach(async () => {
    liar.lies = {}
    await sso.use({ 'oidc.issuer': liar.issuer, 'oidc.client_id': client.id, 'oidc.auto_create': true })
    await admin.call(api.sso.removeSecret, {})
  })

  async function arrive(visitor: Visitor): Promise<Page> {
    const begun = await visitor.ask(`${server.url}/auth/oidc`)
    const { state } = liar.visit(begun.location ?? '')
    const query = new URLSearchParams({ code: 'a-code', state, iss: liar.issuer })
    return visitor.ask(`${server.url}/auth/oidc/callback?${query}`)
  }

  test('its honest word is taken, also without a client secret', async () => {
    const visitor = createVisitor()
    expect((await arrive(visitor)).status).toBe(303)
    expect(await sso.whoIs(visitor)).toMatchObject({ username: 'user' })
  })

  const past = Math.floor(Date.now() / 1000) - 3600
  test.each([
    ['another nonce', 'nonce', { claims: { nonce: 'of another journey' } }],
    ['no nonce', 'OAUTH_INVALID_RESPONSE', { claims: { nonce: undefined } }],
    ['a token for another client', 'aud', { claims: { aud: 'somebody-else' } }],
    ['a token for several, of which we are one, but by another', 'azp', { claims: { aud: ['trunk8', 'x'], azp: 'x' } }],
    ['a token of another issuer', 'iss', { claims: { iss: 'https://evil.example' } }],
    ['a token that is over', 'exp', { claims: { exp: past, iat: past - 300 } }],
    ['a token without a subject', 'OAUTH_INVALID_RESPONSE', { claims: { sub: undefined } }],
    ['a token that another key signed', 'OAUTH_INVALID_RESPONSE', { hasForeignKey: true }],
  ])('%s is refused', async (_, reason, lies) => {
    liar.lies = lies
    const visitor = createVisitor()
    await sso.expectRefused(await arrive(visitor), visitor)
    const refusals = (await log()).match(/Failed sign-in by oidc from .*/g)
    expect(refusals?.at(-1)).toMatch(new RegExp(` ${reason}$`))
  })

  test('an answer that never ends, or is no JSON, is an outage; signing in with a password goes on', async () => {
    const path = '/.well-known/openid-configuration'
    const endless = (_: unknown, response: ServerResponse) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      const chunk = ' '.repeat(64 * 1024)
      const pump = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', pump)
      pump()
    }
    for (const lie of [endless, (_: unknown, response: ServerResponse) => response.end('no JSON')]) {
      liar.lies = { answers: { [path]: lie } }
      const { isGood, detail } = await admin.call(api.sso.check, { provider: 'oidc' })
      expect([isGood, detail]).toEqual([false, expect.stringMatching(/more than 1 MB|something else than JSON/)])
      const page = await createVisitor().ask(`${server.url}/auth/oidc`)
      expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8'])
    }
    await server.as()
  })

  test('a provider that answers too late is not waited for', async () => {
    const held: ServerResponse[] = []
    liar.lies = { answers: { '/.well-known/openid-configuration': (_, response) => held.push(response) } }
    const { isGood, detail } = await admin.call(api.sso.check, { provider: 'oidc' })
    expect([isGood, detail]).toEqual([false, expect.stringContaining('did not answer')])
    for (const response of held) response.destroy()
  })

  test('a provider that is down is told as that, and its return is noticed at once', async () => {
    await sso.use({ 'oidc.issuer': 'http://localhost:1' })
    const page = await createVisitor().ask(`${server.url}/auth/oidc`)
    expect(page.status).toBe(502)
    expect(page.text).toContain('localhost:1 cannot be reached')
    await sso.use({ 'oidc.issuer': liar.issuer })
    expect((await arrive(createVisitor())).status).toBe(303)
  })

  test('a provider that calls itself something else is not taken', async () => {
    await sso.use({ 'oidc.issuer': liar.issuer.replace('localhost', '127.0.0.1') })
    expect(await admin.call(api.sso.check, { provider: 'oidc' })).toMatchObject({ isGood: false })
  })
})
