import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Audit } from '../audit/audit.ts'
import { AppError } from '../contract/errors.ts'
import { api } from '../contract/index.ts'
import type { SsoFinding, SsoProvider, SsoState } from '../contract/sso.ts'
import { ssoPaths } from '../contract/sso.ts'
import type { EventHub } from '../events/hub.ts'
import { serve } from '../http/serve.ts'
import type { Who } from '../policy.ts'
import type { Vault } from '../storage/file-vault.ts'
import type { Accounts } from './accounts.ts'
import { ownSignInPath } from './arrivals.ts'
import type { Identities, LinkedIdentity } from './identities.ts'
import { beginOidc, type OidcServices, oidcRoutes } from './oidc/routes.ts'
import type { Places } from './places.ts'
import { beginSaml, type SamlServices, samlRoutes } from './saml/routes.ts'

/** The calls about single sign-on, and the addresses that browsers pass on their way. */
export interface SsoServices {
  readonly places: Places
  readonly accounts: Accounts
  readonly identities: Identities
  readonly oidc: OidcServices
  readonly saml: SamlServices
  readonly vault: Vault
  readonly audit: Audit
  readonly events: EventHub
}

export function ssoRoutes(router: Router, { sso }: { readonly sso: SsoServices }): void {
  const { places, accounts, identities, oidc, saml, vault, audit, events } = sso
  oidcRoutes(router, oidc)
  samlRoutes(router, saml)

  serve(router, api.sso.get, () => describe(sso))
  serve(router, api.sso.check, ({ provider }) => check(sso, provider))

  serve(router, api.sso.setSecret, async ({ secret }, who) => {
    await vault.write('oidc-client-secret', secret)
    await tellOfSecret(who, 'set')
  })
  serve(router, api.sso.removeSecret, async (_, who) => {
    await vault.remove('oidc-client-secret')
    await tellOfSecret(who, 'removed')
  })
  async function tellOfSecret(who: Who, change: string): Promise<void> {
    await audit.record(who, 'settings_changed', { target: 'oidc client secret', change })
    events.publish('settings', {})
  }

  serve(router, api.sso.identities, (_, { username }) => ({
    items: identities.of(username).map(toContract),
    offers: places.offers(),
  }))
  serve(router, api.sso.link, async ({ provider }, who, ctx) => ({ url: await beginLink(sso, provider, who, ctx) }))
  serve(router, api.sso.unlink, ({ id }, who) => accounts.unlink(own(who), id))
}

async function describe({ places, vault }: SsoServices): Promise<SsoState> {
  return {
    base: places.base(),
    oidc: {
      ...places.stateOfOidc(),
      redirectUri: places.at(ssoPaths.oidcCallback),
      hasSecret: (await vault.read('oidc-client-secret')) !== undefined,
    },
    saml: {
      ...places.stateOfSaml(),
      entityId: places.entityId(),
      acsUrl: places.at(ssoPaths.samlAcs),
      metadataUrl: places.at(ssoPaths.samlMetadata),
    },
  }
}

async function check({ places, oidc, saml }: SsoServices, provider: SsoProvider): Promise<SsoFinding> {
  const { state, lacking } = provider === 'oidc' ? places.stateOfOidc() : places.stateOfSaml()
  if (state !== 'on') return { isGood: false, detail: lacking ?? 'Nothing is set yet' }
  try {
    await { oidc, saml }[provider].client.check()
    return { isGood: true, detail: 'The provider answers, and is who it should be' }
  } catch (error) {
    if (error instanceof AppError && error.code === 'provider_failed') return { isGood: false, detail: error.message }
    throw error
  }
}

async function beginLink({ places, oidc, saml }: SsoServices, provider: SsoProvider, who: Who, ctx: Context) {
  const { username, sessionId } = own(who)
  if (sessionId === undefined) {
    throw new AppError('conflict', `Sign in at ${places.base().url} in a browser to do this: there the journey begins`)
  }
  if (places.offers()[provider] === undefined) throw new AppError('conflict', 'This way to sign in is not set up')
  places.requireBase(ctx)
  const journey = { next: ownSignInPath, link: { username, sessionId } }
  return provider === 'oidc' ? beginOidc(ctx, oidc, journey) : beginSaml(ctx, saml, journey)
}

/** An admin who acts as somebody opens no door to that account for themselves. */
function own(who: Who): Who {
  if (who.actor === undefined) return who
  throw new AppError('not_allowed', 'Only they can change how they sign in')
}

const toContract = ({ id, provider, issuer, name, linkedAt }: LinkedIdentity) => ({
  ...{ id, provider, name, linkedAt },
  issuer: URL.canParse(issuer) ? new URL(issuer).host || issuer : issuer,
})
