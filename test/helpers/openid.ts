import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Provider } from 'oidc-provider'
import { listen } from './listen.ts'
import type { Page, Visitor } from './visitor.ts'

/** OpenID providers on a free port of this computer: a real one, and one that lies as it is told. */
export interface OpenIdProvider {
  readonly issuer: string
  stop(): Promise<void>
}

export interface Person {
  readonly email?: string
  readonly email_verified?: boolean
  readonly preferred_username?: string
  readonly name?: string
  readonly groups?: readonly string[]
}

export const client = { id: 'trunk8', secret: 'the-secret-that-the-two-share-0123456789' }

/** `oidc-provider` with its development forms: any name signs in, with any password. */
export async function startOpenId({
  redirectUri,
  people,
}: {
  readonly redirectUri: string
  /** By the name that signs in; they may change meanwhile. */
  readonly people: Readonly<Record<string, Person>>
}): Promise<OpenIdProvider> {
  const server = createServer()
  const issuer = `http://localhost:${await listen(server)}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    features: { devInteractions: { enabled: true } },
    claims: {
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'groups'],
    },
    pkce: { required: () => true },
    cookies: { keys: ['a key of the tests'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  })
  server.on('request', provider.callback())
  return { issuer, stop: () => close(server) }
}

/** A browser's way through the forms of `oidc-provider`, up to where it is sent back; `url`: where it begins. */
export async function goToOpenId(visitor: Visitor, login: string, url: string): Promise<Page> {
  const isBack = (to: string) => to.includes('/auth/oidc/callback?')
  const form = await visitor.follow(await visitor.ask(url), isBack)
  // Whoever is signed in there already is asked nothing more.
  if (form.location !== undefined) return form
  const consent = await visitor.follow(await visitor.submit(form, { login, password: 'any' }), isBack)
  return consent.location === undefined ? visitor.follow(await visitor.submit(consent), isBack) : consent
}

/** What the liar puts into its next answers. */
export interface Lies {
  /** Claims over the true ones. */
  claims?: Record<string, unknown>
  /** Sign with a key that it does not publish. */
  hasForeignKey?: boolean
  /** Answers of these paths. */
  answers?: Record<string, (request: IncomingMessage, response: ServerResponse) => void>
}

export interface Liar extends OpenIdProvider {
  lies: Lies
  /** Remembers the nonce of a journey, as a provider would when the browser comes by. */
  visit(authorizationUrl: string): { readonly state: string }
}

/** Believes every code, and signs what `lies` says. */
export async function startLiar(): Promise<Liar> {
  const server = createServer()
  const issuer = `http://localhost:${await listen(server)}`
  const [own, foreign] = [makeKey(), makeKey()]
  let nonce = ''
  const liar: Liar = {
    issuer,
    lies: {},
    visit(url) {
      const query = new URL(url).searchParams
      nonce = query.get('nonce') ?? ''
      return { state: query.get('state') ?? '' }
    },
    stop: () => close(server),
  }
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
  }
  const idToken = () => {
    const seconds = Math.floor(Date.now() / 1000)
    const claims = { iss: issuer, aud: client.id, sub: 'liar', iat: seconds, exp: seconds + 300, nonce }
    return makeToken({ ...claims, ...liar.lies.claims }, liar.lies.hasForeignKey ? foreign : own)
  }
  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => metadata,
    '/jwks': () => ({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] }),
    '/token': () => ({ access_token: 'access', token_type: 'Bearer', id_token: idToken() }),
  }
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const lie = liar.lies.answers?.[path]
    if (lie) return lie(request, response)
    const body = answers[path]?.()
    response.writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify(body ?? {}))
  })
  return liar
}

const makeKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

function makeToken(claims: object, { privateKey }: ReturnType<typeof makeKey>): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
}
