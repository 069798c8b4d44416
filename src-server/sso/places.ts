import type { Context } from 'koa'
import { AppError } from '../contract/errors.ts'
import { type SsoState, ssoPaths } from '../contract/sso.ts'
import type { SsoOffers } from '../contract/sso-offers.ts'
import type { Settings } from '../settings/settings.ts'

/**
 * Where providers send people back to, and whether they can be sent there at all. Providers know one address of ours,
 * which never comes from a request: the public one, or `localhost`, which leads here from this computer alone.
 */
export type Places = ReturnType<typeof createPlaces>

interface PlacesOptions {
  readonly settings: () => Pick<Settings, 'oidc' | 'saml' | 'server' | 'tls'>
  /** Where the network's door is open, or would be. */
  readonly port: () => number
}

export function createPlaces({ settings, port }: PlacesOptions) {
  function base(): SsoState['base'] {
    const { server, tls } = settings()
    if (server.publicUrl !== '') return { url: server.publicUrl, isPublic: true }
    const scheme = tls.mode === 'only' ? 'https' : 'http'
    return { url: new URL(`${scheme}://localhost:${port()}`).origin, isPublic: false }
  }

  const at = (path: string) => base().url + path

  function stateOfOidc(): Pick<SsoState['oidc'], 'state' | 'lacking'> {
    const { issuer, clientId } = settings().oidc
    if (issuer === '' && clientId === '') return { state: 'off' }
    if (issuer === '') return { state: 'incomplete', lacking: 'The address of the OpenID provider is not set' }
    return clientId === '' ? { state: 'incomplete', lacking: 'The client ID is not set' } : { state: 'on' }
  }

  function stateOfSaml(): Pick<SsoState['saml'], 'state' | 'lacking'> {
    const { metadataUrl, certFile } = settings().saml
    if (metadataUrl === '' && certFile === '') return { state: 'off' }
    if (metadataUrl === '') return { state: 'incomplete', lacking: 'The address of the SAML provider is not set' }
    return certFile === '' ? { state: 'incomplete', lacking: 'The provider’s certificate is not set' } : { state: 'on' }
  }

  const isHere = (ctx: Context): boolean => {
    const { origin, host } = new URL(base().url)
    return ctx.get('Origin') === origin || ctx.host.toLowerCase() === host
  }

  return {
    base,
    at,
    stateOfOidc,
    stateOfSaml,

    /** What the provider calls us. */
    entityId: (): string => settings().saml.entityId || at(ssoPaths.samlMetadata),

    /** The ways in that are set up, each by its provider's host. */
    offers(): SsoOffers {
      const { oidc, saml } = settings()
      return {
        ...(stateOfOidc().state === 'on' && { oidc: { label: new URL(oidc.issuer).host } }),
        ...(stateOfSaml().state === 'on' && { saml: { label: new URL(saml.metadataUrl).host } }),
      }
    },

    /** Sends a browser that came by another name of ours to the one that it will come back to. Whether it did. */
    sendToBase(ctx: Context): boolean {
      // Behind a proxy that hides the name, this is that place already: one step, never a circle.
      if (isHere(ctx) || ctx.query.here === 'yes') return false
      ctx.status = 303
      ctx.set(
        'Location',
        at(`${ctx.path}?${new URLSearchParams({ next: String(ctx.query.next ?? '/'), here: 'yes' })}`),
      )
      ctx.body = ''
      return true
    },

    /** Throws `conflict` where the cookies of this page would not be there on the way back. */
    requireBase(ctx: Context): void {
      if (isHere(ctx)) return
      throw new AppError('conflict', `Open Trunk8 at ${base().url} to do this: the provider sends you back there`)
    },
  }
}
