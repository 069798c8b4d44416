import { z } from 'zod'
import { route } from './route.ts'
import { SsoOffers } from './sso-offers.ts'

/** Signing in by a service elsewhere: OpenID Connect and SAML. */
export const SsoProvider = z.enum(['oidc', 'saml'])
export type SsoProvider = z.infer<typeof SsoProvider>

/** Where a browser begins. `next`: the path of ours that it comes back to. */
export const ssoPaths = {
  oidc: '/auth/oidc',
  oidcCallback: '/auth/oidc/callback',
  saml: '/auth/saml',
  samlAcs: '/auth/saml/acs',
  samlFinish: '/auth/saml/finish',
  samlMetadata: '/auth/saml/metadata',
} as const

/** `off`: nothing is set; `incomplete`: `lacking` says what else it needs; `on`: people can sign in by it. */
const Readiness = z.object({ state: z.enum(['off', 'incomplete', 'on']), lacking: z.string().optional() })

export const SsoState = z.object({
  /** Where providers send people back to: the public address, or `localhost`, which works at this computer alone. */
  base: z.object({ url: z.string(), isPublic: z.boolean() }),
  oidc: Readiness.extend({ redirectUri: z.string(), hasSecret: z.boolean() }),
  saml: Readiness.extend({ entityId: z.string(), acsUrl: z.string(), metadataUrl: z.string() }),
})
export type SsoState = z.infer<typeof SsoState>

/** What came of asking a provider who it is, in a sentence. */
export const SsoFinding = z.object({ isGood: z.boolean(), detail: z.string() })
export type SsoFinding = z.infer<typeof SsoFinding>

/** An account at a provider that opens an account here. */
export const Identity = z.object({
  id: z.string(),
  provider: SsoProvider,
  /** The provider’s host. */
  issuer: z.string(),
  /** What the provider calls the person, to tell two accounts apart. */
  name: z.string(),
  linkedAt: z.string(),
})
export type Identity = z.infer<typeof Identity>

/** What a SAML provider's page posts; `RelayState` is not used. */
export const SamlAnswer = z.object({ SAMLResponse: z.string().min(1), RelayState: z.string().optional() })

export const ClientSecret = z
  .string()
  .trim()
  .min(1, 'Enter the client secret')
  .max(1000, 'A client secret has at most 1,000 characters')
  .regex(/^[\x20-\x7e]*$/, 'A client secret is one line of plain letters, digits and signs')

export const sso = {
  get: route({ method: 'GET', path: '/api/v1/sso', access: 'admin', input: z.object({}), output: SsoState }),
  /** Asks the provider, now. */
  check: route({
    method: 'POST',
    path: '/api/v1/sso/check',
    access: 'admin',
    input: z.object({ provider: SsoProvider }),
    output: SsoFinding,
  }),
  /** It is never told again. */
  setSecret: route({
    method: 'PUT',
    path: '/api/v1/sso/oidc/secret',
    access: 'admin',
    input: z.object({ secret: ClientSecret }),
    output: z.void(),
  }),
  removeSecret: route({
    method: 'DELETE',
    path: '/api/v1/sso/oidc/secret',
    access: 'admin',
    input: z.object({}),
    output: z.void(),
  }),
  /** One’s own. */
  identities: route({
    method: 'GET',
    path: '/api/v1/me/identities',
    access: 'user',
    input: z.object({}),
    output: z.object({ items: z.array(Identity), offers: SsoOffers }),
  }),
  /** Begins a journey to the provider, which ends in a link. `url`: where the browser is to go. */
  link: route({
    method: 'POST',
    path: '/api/v1/me/identities',
    access: 'user',
    input: z.object({ provider: SsoProvider }),
    output: z.object({ url: z.string() }),
  }),
  unlink: route({
    method: 'DELETE',
    path: '/api/v1/me/identities/:id',
    access: 'user',
    input: z.object({ id: z.string().max(100) }),
    output: z.void(),
  }),
}
