import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { api } from '../../src-server/contract/index.ts'
import { goToSimpleSaml, type SamlProvider, startSimpleSaml } from './simplesaml.ts'
import { type SsoServer, startSsoServer } from './sso.ts'
import { createVisitor, type Page, readForm, type Visitor } from './visitor.ts'

/** A server whose people sign in at SimpleSAMLphp. */
export interface SamlServer extends SsoServer {
  readonly idp: SamlProvider
  /** Sets it up as usual, but for these. */
  useProvider(more?: Parameters<SsoServer['use']>[0]): Promise<unknown>
  /** Up to the page of the provider that posts its answer to us; `url`: where the journey begins. */
  goToProvider(visitor: Visitor, name: string, url?: string): Promise<Page>
  /** Posts the answer of such a page, or another one, as the page does, and goes on to the end. */
  post(visitor: Visitor, page: Page, xml?: string): Promise<Page>
  signIn(name: string, visitor?: Visitor): Promise<Page>
  /** Why somebody was turned away last, as the log has it. */
  lastRefusal(): Promise<string>
}

/** Names under which the provider knows us, and answers in one way each. */
export const names = {
  usual: 'urn:trunk8:test',
  somebodyElse: 'urn:somebody:else',
  unsignedAssertion: 'urn:unsigned:assertion',
  unsignedResponse: 'urn:unsigned:response',
  transient: 'urn:transient:names',
} as const

export async function startSamlServer(): Promise<SamlServer> {
  const sso = await startSsoServer()
  const { server, admin } = sso
  const { acsUrl } = (await admin.call(api.sso.get, {})).saml
  const acs = [acsUrl, acsUrl.replace('127.0.0.1', 'localhost')]
  const idp = await startSimpleSaml({
    people: {
      alice: { uid: 'alice', mail: 'alice@example.com', displayName: 'Alice Berg' },
      bob: { uid: 'bob' },
      evil: { uid: 'alice.evil' },
      root: { uid: 'admin' },
    },
    services: [
      { entityId: names.usual, acs },
      { entityId: names.somebodyElse, acs },
      { entityId: names.unsignedAssertion, acs, signsAssertion: false },
      { entityId: names.unsignedResponse, acs, signsResponse: false },
      { entityId: names.transient, acs, nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
    ],
  })
  const goToProvider: SamlServer['goToProvider'] = (visitor, name, url = `${server.url}/auth/saml`) =>
    goToSimpleSaml(visitor, name, url)
  const post: SamlServer['post'] = async (visitor, page, xml = answerOn(page)) =>
    visitor.follow(
      await visitor.submit(page, { SAMLResponse: Buffer.from(xml).toString('base64') }),
      url => !url.includes('/auth/saml/finish'),
    )
  return {
    ...sso,
    ...{ idp, goToProvider, post },
    server: { ...server, url: server.url, stop: () => Promise.all([idp.stop(), server.stop()]).then(() => {}) },
    useProvider: (more = {}) =>
      sso.use({
        ...{ 'server.public_url': server.url, 'saml.idp_metadata_url': idp.metadataUrl },
        ...{ 'saml.entity_id': names.usual, 'saml.idp_cert_file': idp.certFile, 'saml.auto_create': true, ...more },
      }),
    signIn: async (name, visitor = createVisitor()) => post(visitor, await goToProvider(visitor, name)),
    async lastRefusal() {
      const log = await readFile(join(server.dataDir, 'logs', 'app.log'), 'utf8')
      return log.match(/(?<=Failed sign-in by saml from \S+: ).*/g)?.at(-1) ?? ''
    },
  }
}

/** The answer on such a page, as XML. */
export const answerOn = (page: Page): string =>
  Buffer.from(readForm(page.text).values.SAMLResponse ?? '', 'base64').toString()
