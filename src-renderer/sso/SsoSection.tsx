/** Security, Signing in: the two ways to sign in at a service elsewhere. */
import { useQuery } from '@tanstack/react-query'
import type { SsoState } from '../../src-server/contract/sso.ts'
import { Notice } from '../ui/Notice.tsx'
import { NotLoaded } from '../ui/NotLoaded.tsx'
import { ClientSecret } from './ClientSecret.tsx'
import { ProviderCard } from './ProviderCard.tsx'
import { ssoQueries } from './queries.ts'
import styles from './sso.module.css'

export function SsoSection() {
  const { data, error, isPending, refetch } = useQuery(ssoQueries.state())
  if (data) return <Cards state={data} />
  if (isPending) {
    return (
      <div className={styles.section} role="status" aria-label="Loading single sign-on">
        <span className="t8-bone" />
        <span className="t8-bone" />
      </div>
    )
  }
  return <NotLoaded title="Single sign-on could not be loaded" error={error} onRetry={() => void refetch()} />
}

function Cards({ state: { base, oidc, saml } }: { state: SsoState }) {
  const isOn = oidc.state === 'on' || saml.state === 'on'
  return (
    <div className={styles.section}>
      {isOn && !base.isPublic && (
        <Notice kind="warn" title="Only people at this computer can sign in this way">
          A provider sends people back to one address. Until Trunk8 has a public address (Settings, Sharing), that is{' '}
          <span className="mono">{base.url}</span>, which leads other devices nowhere.
        </Notice>
      )}
      <ProviderCard
        provider="oidc"
        title="OpenID Connect"
        state={oidc}
        lead="People sign in at a service that you trust, such as Keycloak, Google or Microsoft. Give it this address."
        toTell={{ 'Redirect address': oidc.redirectUri }}
      >
        <ClientSecret isKept={oidc.hasSecret} />
      </ProviderCard>
      <ProviderCard
        provider="saml"
        title="SAML"
        state={saml}
        lead="The same with a service that speaks SAML 2.0. Give it these, or the metadata alone, which holds them."
        toTell={{ Metadata: saml.metadataUrl, 'Entity ID': saml.entityId, 'Answer address (ACS)': saml.acsUrl }}
      />
    </div>
  )
}
