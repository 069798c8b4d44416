import type { Audit } from '../audit/audit.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import type { SettingsService } from '../settings/settings.ts'
import type { SignIns } from '../sign-in/sign-ins.ts'
import type { DataDir } from '../storage/data-dir.ts'
import type { Vault } from '../storage/file-vault.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import type { Users } from '../users/users.ts'
import { createAccounts } from './accounts.ts'
import { createArrivals } from './arrivals.ts'
import { createIdentities, type Identities, IdentitiesFile } from './identities.ts'
import { createJourneys } from './journeys.ts'
import { createOidcClient, type OidcSecrets } from './oidc/client.ts'
import { createPlaces } from './places.ts'
import type { SsoServices } from './routes.ts'
import { createSamlClient, type SamlFindings } from './saml/client.ts'

interface OpenIdentitiesOptions {
  readonly dataDir: DataDir
  readonly users: Parameters<typeof createIdentities>[0]['users']
  readonly report: (message: string) => void
}

/** Before the users, who are asked whether they can come in without a password. */
export async function openIdentities({ dataDir, users, report }: OpenIdentitiesOptions): Promise<Identities> {
  const file = await openState(dataDir.state('identities.toml'), IdentitiesFile, report)
  return createIdentities({ file, users, report })
}

interface OpenSsoOptions {
  readonly identities: Identities
  readonly users: Users
  readonly settings: SettingsService
  /** Where the network's door is open, or would be. */
  readonly port: () => number
  readonly vault: Vault
  readonly signIns: SignIns
  readonly audit: Audit
  readonly events: EventHub
  readonly log: Log
}

/** Wires single sign-on. */
export function openSso(options: OpenSsoOptions): SsoServices {
  const { identities, users, settings, port, vault, signIns, audit, events, log } = options
  const places = createPlaces({ settings: () => settings.current, port })
  const accounts = createAccounts({ identities, users, audit })
  const arrivals = createArrivals({ accounts, signIns, audit, log })
  const oidcSettings = () => settings.current.oidc
  const samlSettings = () => settings.current.saml
  const samlJourneys = createJourneys<SamlFindings>()
  return {
    ...{ places, accounts, identities, vault, audit, events },
    oidc: {
      client: createOidcClient({ settings: oidcSettings, vault }),
      journeys: createJourneys<OidcSecrets>(),
      settings: oidcSettings,
      ...{ arrivals, places },
    },
    saml: {
      client: createSamlClient({ settings: samlSettings, places, journeys: samlJourneys }),
      journeys: samlJourneys,
      settings: samlSettings,
      ...{ arrivals, places },
    },
  }
}
