import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { areThere } from '../helpers/programs.ts'
import { answerOn, names, type SamlServer, startSamlServer } from '../helpers/saml.ts'
import type { TestServer } from '../helpers/server.ts'
import { simpleSamlPrograms } from '../helpers/simplesaml.ts'
import { createVisitor } from '../helpers/visitor.ts'

/** What must not work with the answer of a SAML provider, each tried with an answer that is fresh. */
describe.skipIf(!areThere(...simpleSamlPrograms))('an answer of SimpleSAMLphp', () => {
  let saml: SamlServer
  let server: TestServer

  beforeAll(async () => {
    saml = await startSamlServer()
    ;({ server } = saml)
  })
  afterAll(() => server.stop())
  beforeEach(() => saml.useProvider())

  const signatures = /<ds:Signature [\s\S]*?<\/ds:Signature>/g
  const signature = /<ds:Signature [\s\S]*?<\/ds:Signature>/
  const assertionIn = (xml: string): string => /<saml:Assertion [\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? ''
  const responseId = (xml: string): string => /<samlp:Response [^>]*\bID="([^"]+)"/.exec(xml)?.[1] ?? ''

  /** An assertion about the admin that nobody signed, made from a true one. */
  const evil = (xml: string, id = '_evil'): string =>
    assertionIn(xml)
      .replace(signature, '')
      .replace(/ID="[^"]+"/, `ID="${id}"`)
      .replaceAll('>alice<', '>admin<')

  /** The whole true answer, hidden inside an evil one that carries its signature. */
  function wrapped(xml: string): string {
    const [proof = ''] = xml.match(signature) ?? []
    const shell = xml.replace(signatures, '').replace(responseId(xml), '_shell').replaceAll('>alice<', '>admin<')
    const hidden = proof.replace(
      '</ds:Signature>',
      `<ds:Object>${xml.replace(signature, '')}</ds:Object></ds:Signature>`,
    )
    return shell.replace('</saml:Issuer>', `</saml:Issuer>${hidden}`)
  }

  const forgeries: readonly (readonly [what: string, reason: RegExp, forge: (xml: string) => string])[] = [
    ['with another name in it', /signature/, xml => xml.replaceAll('>alice<', '>admin<')],
    ['with no signature at all', /signature/, xml => xml.replaceAll(signatures, '')],
    ['without the signature of the answer', /signature/, xml => xml.replace(signature, '')],
    [
      'without the signature of the assertion',
      /signature/,
      xml => xml.replace(assertionIn(xml), assertionIn(xml).replace(signature, '')),
    ],
    [
      'with an evil assertion behind the true one',
      /signature/,
      xml => xml.replace('</samlp:R', `${evil(xml)}</samlp:R`),
    ],
    [
      'with an evil assertion before the true one',
      /signature/,
      xml => xml.replace('<saml:Ass', `${evil(xml)}<saml:Ass`),
    ],
    [
      'with the true assertion inside an evil one',
      /signature|ID/,
      xml =>
        xml.replace(assertionIn(xml), evil(xml).replace('</saml:Assertion>', `${assertionIn(xml)}</saml:Assertion>`)),
    ],
    [
      'with an evil assertion of the same name',
      /signature|ID/,
      xml => xml.replace('</samlp:R', `${evil(xml, /<saml:Assertion [^>]*\bID="([^"]+)"/.exec(xml)?.[1])}</samlp:R`),
    ],
    ['hidden inside an evil one', /signature|ID/, wrapped],
    ['whose status is another', /signature/, xml => xml.replace('status:Success', 'status:Requester')],
    ['of another time', /signature/, xml => xml.replaceAll(/NotOnOrAfter="\d{4}/g, 'NotOnOrAfter="2999')],
    ['to another request', /InResponseTo/, xml => xml.replaceAll(/InResponseTo="[^"]+"/g, 'InResponseTo="_other"')],
    ['to no request', /InResponseTo/, xml => xml.replaceAll(/ InResponseTo="[^"]+"/g, '')],
    ['that is no XML', /./, () => 'alice'],
    ['that is empty XML', /./, () => '<a/>'],
  ]

  test.each(forgeries)('%s signs nobody in', async (_, reason, forge) => {
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice')
    const xml = answerOn(page)
    const forged = forge(xml)
    expect(forged).not.toBe(xml)
    await saml.expectRefused(await saml.post(visitor, page, forged), visitor)
    expect(await saml.lastRefusal()).toMatch(reason)
  })

  test.each([
    ['whose assertion the provider did not sign', names.unsignedAssertion, 'Invalid signature'],
    ['that the provider did not sign as a whole', names.unsignedResponse, 'Invalid document signature'],
  ])('%s signs nobody in', async (_, entityId, reason) => {
    await saml.use({ 'saml.entity_id': entityId })
    const visitor = createVisitor()
    await saml.expectRefused(await saml.signIn('alice', visitor), visitor)
    expect(await saml.lastRefusal()).toBe(reason)
  })

  test('for another service signs nobody in here', async () => {
    await saml.use({ 'saml.entity_id': names.somebodyElse })
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice')
    await saml.useProvider()
    await saml.expectRefused(await saml.post(visitor, page), visitor)
    expect(await saml.lastRefusal()).toContain('audience mismatch')
  })

  test('for another address of ours signs nobody in', async () => {
    await saml.use({ 'server.public_url': server.url.replace('127.0.0.1', 'localhost') })
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice', `${server.url.replace('127.0.0.1', 'localhost')}/auth/saml`)
    await saml.useProvider()
    const here = { ...page, text: page.text.replaceAll('//localhost:', '//127.0.0.1:') }
    await saml.expectRefused(await saml.post(visitor, here, answerOn(page)), visitor)
    expect(await saml.lastRefusal()).toContain('not confirmed for this address')
  })

  test('signed with another key than that of the certificate which is set signs nobody in', async () => {
    await saml.use({ 'saml.idp_cert_file': saml.idp.foreignCertFile })
    const visitor = createVisitor()
    await saml.expectRefused(await saml.signIn('alice', visitor), visitor)
    expect(await saml.lastRefusal()).toBe('Invalid document signature')
  })

  test('works once, also when it comes twice at the same moment', async () => {
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice')
    expect((await saml.post(visitor, page)).status).toBe(303)
    const thief = createVisitor()
    await saml.expectRefused(await saml.post(thief, page), thief)
    expect(await saml.lastRefusal()).toBe('InResponseTo is not valid')

    const again = await saml.goToProvider(visitor, 'alice')
    const both = await Promise.all([saml.post(visitor, again), saml.post(visitor, again)])
    expect(both.map(({ status }) => status).sort()).toEqual([303, 401])
  })

  test('that was refused burns its request, so that nobody tries until something fits', async () => {
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice')
    await saml.expectRefused(await saml.post(visitor, page, answerOn(page).replaceAll('>alice<', '>admin<')), visitor)
    await saml.expectRefused(await saml.post(visitor, page), visitor)
  })

  test('with a document type or an entity is refused before it is read', async () => {
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice')
    const xml = answerOn(page)
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    for (const forged of [`<!DOCTYPE a>${xml}`, bomb + xml, xml.replace('</samlp:', '<!entity x "y"></samlp:')]) {
      const reply = await saml.post(visitor, page, forged)
      expect([reply.status, await saml.whoIs(visitor)]).toEqual([400, undefined])
    }
  })

  test('of more than 256 KB, of another kind, or none at all, is refused before it is read', async () => {
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'alice')
    expect((await saml.post(visitor, page, answerOn(page) + ' '.repeat(256 * 1024))).status).toBe(413)
    const post = (body: string, type: string) =>
      server.send({ method: 'POST', path: '/auth/saml/acs', body, headers: { 'Content-Type': type } })
    expect((await post('{"SAMLResponse":"x"}', 'application/json')).status).toBe(415)
    expect((await post('RelayState=x', 'application/x-www-form-urlencoded')).status).toBe(422)
  })

  test('login CSRF: posted into another browser, it signs nobody in there', async () => {
    const page = await saml.goToProvider(createVisitor(), 'evil')
    const victim = createVisitor()
    await saml.expectRefused(await saml.post(victim, page), victim)
    // Nor where the victim has a journey of their own under way.
    const other = await saml.goToProvider(createVisitor(), 'evil')
    await saml.goToProvider(victim, 'bob')
    await saml.expectRefused(await saml.post(victim, other), victim)
    expect(await saml.lastRefusal()).toBe('no such request was begun in this browser')
  })

  test('that nobody asked for signs nobody in, though the provider signed it', async () => {
    const visitor = createVisitor()
    const url = `${saml.idp.url}/saml2/idp/SSOService.php?spentityid=${encodeURIComponent(names.usual)}`
    const page = await saml.goToProvider(visitor, 'alice', url)
    expect(answerOn(page)).toContain('<samlp:Response')
    await saml.expectRefused(await saml.post(visitor, page), visitor)
    expect(await saml.lastRefusal()).toBe('InResponseTo is missing from response')
  })

  test('with a comment in the name counts for the whole name, and so for nobody else', async () => {
    await saml.signIn('alice')
    const visitor = createVisitor()
    const page = await saml.goToProvider(visitor, 'evil')
    const end = await saml.post(visitor, page, answerOn(page).replaceAll('>alice.evil<', '>alice<!-- -->.evil<'))
    expect(end.status).toBe(303)
    expect(await saml.whoIs(visitor)).toMatchObject({ username: 'alice-evil' })
  })
})
