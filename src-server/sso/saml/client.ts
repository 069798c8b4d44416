import { randomBytes } from 'node:crypto'
import { type CacheProvider, SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import type { Context } from 'koa'
import { AppError } from '../../contract/errors.ts'
import { ssoPaths } from '../../contract/sso.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Proven } from '../accounts.ts'
import type { Journey, Journeys } from '../journeys.ts'
import type { Places } from '../places.ts'
import { providerFailed } from '../provider-fetch.ts'
import { refused } from '../refusal.ts'
import { askForMetadata, declaresEntities, type IdpMetadata, readCertificates, signsWithOne } from './metadata.ts'
import { toProven } from './profile.ts'

/**
 * Our side of SAML 2.0 (web browser SSO profile): a request by redirect, an answer by POST. Both the answer and the
 * assertion in it have to be signed, for us, and asked for; nothing that a provider begins by itself is taken.
 */
export type SamlClient = ReturnType<typeof createSamlClient>

/** What becomes known on the way: whom the provider has proven, once its answer was believed. */
export interface SamlFindings {
  readonly proven?: Proven
}

interface SamlClientOptions {
  readonly settings: () => Settings['saml']
  readonly places: Places
  readonly journeys: Journeys<SamlFindings>
  readonly now?: () => number
}

/** Clocks of two computers differ a little. */
const clockSkew = 5000
/** How long what a provider says of itself counts, in milliseconds. */
const goodFor = 60 * 60_000

export function createSamlClient({ settings, places, journeys, now = Date.now }: SamlClientOptions) {
  let known: { readonly url: string; readonly until: number; readonly metadata: IdpMetadata } | undefined

  /** Asked once an hour, and whenever it failed before. */
  async function metadata(): Promise<IdpMetadata> {
    const { metadataUrl: url } = settings()
    if (known?.url === url && known.until > now()) return known.metadata
    const metadata = await askForMetadata(url)
    known = { url, until: now() + goodFor, metadata }
    return metadata
  }

  async function open(cacheProvider: CacheProvider) {
    const idp = await metadata()
    const saml = new SAML({
      ...identityOf(places),
      ...{ entryPoint: idp.signOnUrl, idpCert: await readCertificates(settings().certFile), cacheProvider },
      ...{ wantAssertionsSigned: true, wantAuthnResponseSigned: true, acceptedClockSkewMs: clockSkew },
      validateInResponseTo: ValidateInResponseTo.always,
      // How somebody proves who they are is between them and the provider.
      disableRequestedAuthnContext: true,
    })
    return { idp, saml }
  }

  /** What an answer proves, and the request that it answers. */
  async function believe(answer: string): Promise<{ readonly requestId: string; readonly proven: Proven }> {
    let asked: string | undefined
    const { idp, saml } = await open({
      saveAsync: async () => null,
      getAsync: async id => {
        asked = id
        return journeys.isUnderway(id) ? new Date(now()).toISOString() : null
      },
      removeAsync: async id => id,
    })
    try {
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: answer })
      if (!profile || asked === undefined) throw new Error('the answer holds no assertion')
      const expected = { issuer: idp.entityId, recipient: places.at(ssoPaths.samlAcs), requestId: asked }
      return { requestId: asked, proven: toProven(profile, { ...expected, now: now() - clockSkew }) }
    } catch (error) {
      // Whatever was wrong with it: the request is answered.
      if (asked !== undefined) journeys.drop(asked)
      throw refused(notBelieved, error instanceof Error ? error.message : String(error))
    }
  }

  return {
    /** Asks the provider anew who it is. Throws `provider_failed`, saying what is wrong. */
    async check(): Promise<void> {
      known = undefined
      const { certFile } = settings()
      if (signsWithOne(await metadata(), await readCertificates(certFile))) return
      throw providerFailed(`The provider signs with another certificate than that in ${certFile}`)
    },

    /** Begins a journey in this browser → where to send it. Throws `provider_failed`. */
    async begin(ctx: Context, journey: Journey): Promise<string> {
      let id: string | undefined
      const { saml } = await open({
        async saveAsync(given) {
          id = given
          return null
        },
        getAsync: async () => null,
        removeAsync: async () => null,
      })
      const url = await saml.getAuthorizeUrlAsync('', undefined, {})
      if (id === undefined) throw new Error('The request to the SAML provider has no name')
      journeys.begin(ctx, id, journey)
      return url
    },

    /**
     * The provider's answer, in Base64 → a word that ends the journey in the browser which began it. Throws
     * `bad_request` before any XML is read, `bad_credentials` for what is not to be believed, and `provider_failed`.
     */
    async take(answer: string): Promise<string> {
      if (declaresEntities(Buffer.from(answer, 'base64').toString('utf8'))) {
        throw new AppError('bad_request', 'An answer of a SAML provider declares no document type and no entities')
      }
      const { requestId, proven } = await believe(answer)
      const ticket = randomBytes(32).toString('base64url')
      if (journeys.goOn(requestId, ticket, { proven })) return ticket
      throw refused(notBelieved, 'the request was answered already')
    },

    /** What we say of ourselves, as XML. */
    describe: (): string =>
      // It asks for some certificate; nothing is checked by it here.
      new SAML({ ...identityOf(places), idpCert: 'none', wantAssertionsSigned: true }).generateServiceProviderMetadata(
        null,
      ),
  }
}

const notBelieved = 'What the provider sent cannot be believed. Try once more from the start'

/** `identifierFormat`: providers differ in what they can give; what is no good is refused when it comes. */
const identityOf = (places: Places) => ({
  ...{ issuer: places.entityId(), audience: places.entityId(), callbackUrl: places.at(ssoPaths.samlAcs) },
  identifierFormat: null,
})
