import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { z } from 'zod'
import type { Settings } from '../../settings/settings.ts'
import type { Vault } from '../../storage/file-vault.ts'
import { askProvider, isLoopback } from '../provider-fetch.ts'
import { explainOutage, explainRefusal } from './failures.ts'

/**
 * Our side of OpenID Connect: the authorization code flow with PKCE (RFC 7636), `state`, `nonce` and the check of `iss`
 * (RFC 9207). ID tokens are believed by their signature, even where TLS would vouch for them.
 */
export type OidcClient = ReturnType<typeof createOidcClient>

interface OidcClientOptions {
  readonly settings: () => Settings['oidc']
  readonly vault: Pick<Vault, 'read'>
  readonly now?: () => number
}

/** What has to be remembered of a journey until the provider sends the browser back. */
export interface OidcSecrets {
  readonly nonce: string
  readonly codeVerifier: string
  /** Whoever is asked has to be who answers, even when the settings are others by then. */
  readonly issuer: string
}

const text = z.string().max(1000).optional().catch(undefined)

/** What the provider says of a person: all that we look at, and what `admin_claim` names. */
const Claims = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(1000),
  preferred_username: text,
  name: text,
  email: text,
  email_verified: z.boolean().optional().catch(undefined),
})
export type Claims = z.output<typeof Claims>

const timeout = 10
/** How long what a provider says of itself counts, in milliseconds. */
const goodFor = 60 * 60_000

export function createOidcClient({ settings, vault, now = Date.now }: OidcClientOptions) {
  let known: { readonly key: string; readonly until: number; readonly configuration: Configuration } | undefined

  async function discover(): Promise<Configuration> {
    const { issuer, clientId } = settings()
    const secret = await vault.read('oidc-client-secret')
    const url = new URL(issuer)
    const execute = [enableNonRepudiationChecks, ...(isLoopback(url) ? [allowInsecureRequests] : [])]
    try {
      return await discovery(url, clientId, undefined, authenticateBy(secret), {
        ...{ [customFetch]: ask, timeout, execute },
      })
    } catch (error) {
      throw explainOutage(error, url.host)
    }
  }

  /** Asked once an hour, and whenever it failed before. */
  async function configuration(): Promise<Configuration> {
    const { issuer, clientId } = settings()
    const key = JSON.stringify([issuer, clientId, await vault.read('oidc-client-secret')])
    if (known?.key === key && known.until > now()) return known.configuration
    const configuration = await discover()
    known = { key, until: now() + goodFor, configuration }
    return configuration
  }

  return {
    /** Asks the provider anew who it is. Throws `provider_failed`, saying what is wrong. */
    async check(): Promise<void> {
      known = undefined
      await configuration()
    },

    /** Where to send the browser, and what to remember. Throws `provider_failed`. */
    async begin(redirectUri: string): Promise<{ url: string; state: string; secrets: OidcSecrets }> {
      const { issuer, scopes } = settings()
      const asked = await configuration()
      const [state, nonce, codeVerifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()]
      const url = buildAuthorizationUrl(asked, {
        redirect_uri: redirectUri,
        scope: scopes.split(/\s+/).includes('openid') ? scopes : `openid ${scopes}`.trim(),
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...{ state, nonce },
      })
      return { url: url.href, state, secrets: { nonce, codeVerifier, issuer } }
    },

    /**
     * The provider's answer, as the query that it sent the browser back with → what it says of the person. Throws
     * `bad_credentials` for an answer that is not to be believed, and `provider_failed`.
     */
    async finish(redirectUri: string, query: string, state: string, secrets: OidcSecrets): Promise<Claims> {
      const { issuer } = settings()
      if (secrets.issuer !== issuer) throw explainRefusal(new Error('the provider was changed meanwhile'), issuer)
      const asked = await configuration()
      try {
        const tokens = await authorizationCodeGrant(asked, new URL(`${redirectUri}?${query}`), {
          ...{ expectedState: state, expectedNonce: secrets.nonce, pkceCodeVerifier: secrets.codeVerifier },
        })
        const claims = tokens.claims()
        const { sub } = Claims.parse(claims)
        const more = asked.serverMetadata().userinfo_endpoint
          ? await fetchUserInfo(asked, tokens.access_token, sub)
          : undefined
        return Claims.parse({ ...more, ...claims })
      } catch (error) {
        throw explainRefusal(error, issuer)
      }
    },
  }
}

const ask: CustomFetch = (url, { method, headers, body }) =>
  askProvider(url, { method, headers, body: body as BodyInit | null })

/** How a client shows who it is. Where a provider does not say what it takes, that is Basic (RFC 8414, section 2). */
function authenticateBy(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None()
  return (server, ...more) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const takesBasic = ways.includes('client_secret_basic') || !ways.includes('client_secret_post')
    const authenticate = takesBasic ? ClientSecretBasic(secret) : ClientSecretPost(secret)
    authenticate(server, ...more)
  }
}
