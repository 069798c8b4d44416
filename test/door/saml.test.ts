import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { api } from '../../src-server/contract/index.ts'
import { areThere } from '../helpers/programs.ts'
import { names, type SamlServer, startSamlServer } from '../helpers/saml.ts'
import type { SignedIn, TestServer } from '../helpers/server.ts'
import { simpleSamlPrograms } from '../helpers/simplesaml.ts'
import { createVisitor } from '../helpers/visitor.ts'

/** Signing in by SAML, at a provider that others wrote. */
describe.skipIf(!areThere(...simpleSamlPrograms))('with SimpleSAMLphp', () => {
  let saml: SamlServer
  let server: TestServer
  let admin: SignedIn

  beforeAll(async () => {
    saml = await startSamlServer()
    ;({ server, admin } = saml)
  })
  afterAll(() => server.stop())
  beforeEach(() => saml.useProvider())

  test('the sign-in page offers it by its name, as soon as it is set up', async () => {
    const { signIn } = await server.anyone.call(api.settings.welcome, {})
    expect(signIn).toEqual({ saml: { label: new URL(saml.idp.url).host } })
    await saml.use({ 'saml.idp_cert_file': '' })
    expect((await server.anyone.call(api.settings.welcome, {})).signIn).toEqual({})
    expect(await admin.call(api.sso.get, {})).toMatchObject({
      saml: { state: 'incomplete', lacking: 'The provider’s certificate is not set' },
    })
    expect((await server.fetch('/auth/saml')).status).toBe(404)
  })

  test('whoever comes for the first time gets an account of their own, and comes back to it', async () => {
    for (const visitor of [createVisitor(), createVisitor()]) {
      const page = await saml.goToProvider(visitor, 'alice', `${server.url}/auth/saml?next=/%23/links`)
      const end = await saml.post(visitor, page)
      expect([end.status, end.location]).toEqual([303, `${server.url}/#/links`])
      expect(await saml.whoIs(visitor)).toEqual({ username: 'alice', displayName: 'Alice Berg', isAdmin: false })
    }
    expect(await admin.call(api.users.get, { name: 'alice' })).toMatchObject({ sessions: 2 })
  })

  test('nobody becomes the admin by being called that', async () => {
    const visitor = createVisitor()
    await saml.signIn('root', visitor)
    expect(await saml.whoIs(visitor)).toEqual({ username: 'admin-2', displayName: 'admin-2', isAdmin: false })
  })

  test('without new accounts a stranger is turned away, until they link the account themselves', async () => {
    await saml.useProvider({ 'saml.auto_create': false })
    await saml.expectRefused(await saml.signIn('bob'))
    expect(await saml.lastRefusal()).toBe('nobody is linked with "bob"')

    const robert = await saml.person('robert')
    const visitor = saml.browserOf(robert)
    const page = await saml.goToProvider(visitor, 'bob', await saml.beginLink('saml', robert, visitor))
    const linked = await saml.post(visitor, page)
    expect([linked.status, linked.location]).toEqual([303, `${server.url}/#/settings/sign-in`])
    expect((await robert.call(api.sso.identities, {})).items).toMatchObject([{ provider: 'saml', name: 'bob' }])

    const other = createVisitor()
    await saml.signIn('bob', other)
    expect(await saml.whoIs(other)).toMatchObject({ username: 'robert' })
  })

  test('what Trunk8 says of itself is what the provider has to know', async () => {
    const reply = await server.fetch('/auth/saml/metadata')
    expect(reply.headers.get('content-type')).toBe('application/samlmetadata+xml')
    const text = await reply.text()
    expect(text).toContain(`entityID="${names.usual}"`)
    expect(text).toContain(`Location="${server.url}/auth/saml/acs"`)
    expect(text).toContain('WantAssertionsSigned="true"')
    await saml.use({ 'saml.entity_id': '' })
    expect(await admin.call(api.sso.get, {})).toMatchObject({ saml: { entityId: `${server.url}/auth/saml/metadata` } })
  })

  test('a check says whether the provider answers, and whether it signs with the certificate that is set', async () => {
    const check = () => admin.call(api.sso.check, { provider: 'saml' })
    expect(await check()).toMatchObject({ isGood: true })
    await saml.use({ 'saml.idp_cert_file': saml.idp.foreignCertFile })
    expect((await check()).detail).toContain('signs with another certificate')
    await saml.use({ 'saml.idp_cert_file': '/no/such/file.pem' })
    expect((await check()).detail).toBe('There is no file /no/such/file.pem')
    await saml.use({ 'saml.idp_cert_file': join(server.dataDir, 'config', 'config.toml') })
    expect((await check()).detail).toContain('holds no certificate')
    await saml.use({ 'saml.idp_metadata_url': `${saml.idp.url}/resources/default.css` })
    expect((await check()).isGood).toBe(false)
  })

  test('a provider that is down is told as that, and signing in with a password goes on', async () => {
    await saml.use({ 'saml.idp_metadata_url': 'http://localhost:1/metadata' })
    const page = await createVisitor().ask(`${server.url}/auth/saml`)
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8'])
    expect(page.text).toContain('localhost:1 cannot be reached')
    await server.as()
  })

  test('names that change at each sign-in are refused, and the log says what to set', async () => {
    await saml.use({ 'saml.entity_id': names.transient })
    await saml.expectRefused(await saml.signIn('alice'))
    expect(await saml.lastRefusal()).toContain('set its NameID to one that stays')
  })

  test('who was turned away, and why, is in the audit trail', async () => {
    await saml.useProvider({ 'saml.auto_create': false })
    await saml.expectRefused(await saml.signIn('evil'))
    const trail = await readFile(join(server.dataDir, 'logs', 'audit.jsonl'), 'utf8')
    expect(trail).toContain('"action":"sign_in_refused","method":"saml","reason":"nobody is linked with')
  })
})
