import { expect } from 'vitest'
import { api, type InstanceKey } from '../../src-server/contract/index.ts'
import type { SsoProvider } from '../../src-server/contract/sso.ts'
import { type SignedIn, startTestServer, type TestServer } from './server.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

/** A server whose public address is its own, so that providers can send visitors back to it, and what tests of that do. */
export interface SsoServer {
  readonly server: TestServer
  readonly admin: SignedIn
  /** Sets keys of config.toml, as an admin does while it runs. */
  use(values: Partial<Record<InstanceKey, string | boolean | string[]>>): Promise<unknown>
  /** Makes a user with a password → a client that is signed in as them. */
  person(username: string): Promise<SignedIn>
  /** Who is signed in in this browser. */
  whoIs(visitor: Visitor): Promise<{ username: string; displayName: string; isAdmin: boolean } | undefined>
  /** A page with status 401, and nobody signed in. */
  expectRefused(page: Page, visitor?: Visitor): Promise<void>
  /** A browser in which this person is signed in. */
  browserOf(person: SignedIn): Visitor
  /** What the button in the settings does: a call whose answer brings a cookie, and says where to go. */
  beginLink(provider: SsoProvider, person: SignedIn, visitor: Visitor): Promise<string>
}

export async function startSsoServer(): Promise<SsoServer> {
  const server = await startTestServer({ owner: true })
  const admin = await server.as()
  const use: SsoServer['use'] = values => admin.call(api.instance.update, { values })
  await use({ 'server.public_url': server.url })

  const whoIs: SsoServer['whoIs'] = async visitor => {
    const reply = await visitor.ask(`${server.url}/api/v1/session`, { headers: { Accept: 'application/json' } })
    return reply.status === 200 ? api.sessions.get.output.parse(JSON.parse(reply.text)).user : undefined
  }

  return {
    ...{ server, admin, use, whoIs },

    async person(username) {
      const password = `${username} has a password`
      await admin.call(api.users.create, { username, password })
      return server.as(username, password)
    },

    async expectRefused(page, visitor = createVisitor()) {
      expect([page.status, page.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8'])
      expect(await whoIs(visitor)).toBeUndefined()
      for (const secret of ['eyJ', 'code=', 'state=', 'SAMLResponse', 'Assertion']) {
        expect(page.text).not.toContain(secret)
      }
    },

    browserOf({ cookie }) {
      const visitor = createVisitor()
      const [name = '', ...value] = cookie.split('=')
      visitor.cookiesOf(server.url).set(name, value.join('='))
      return visitor
    },

    async beginLink(provider, person, visitor) {
      const { method, path } = api.sso.link
      const headers = { 'Content-Type': 'application/json', Origin: server.url }
      const reply = await person.send({ method, path, headers, body: JSON.stringify({ provider }) })
      expect(reply.status).toBe(200)
      const [cookie = ''] = reply.headers['set-cookie'] ?? []
      expect(cookie).toMatch(/^t8_sso=\S{43}; path=\/; expires=[^;]+; samesite=lax; httponly$/i)
      const [name = '', value = ''] = cookie.split(';', 1)[0]?.split('=') ?? []
      visitor.cookiesOf(server.url).set(name, value)
      return api.sso.link.output.parse(reply.json).url
    },
  }
}
