/** Security: what guards the door, a section each, with the keys of config.toml that belong to it below. */
import type { ReactNode } from 'react'
import type { Session } from '../src-server/contract/sessions.ts'
import { AllKeys } from './api-keys/AllKeys.tsx'
import { BansSection } from './bans/BansSection.tsx'
import { HeaderList } from './headers/HeaderList.tsx'
import { ProxySection } from './proxies/ProxySection.tsx'
import { SecretKeyCard } from './secret-key/SecretKeyCard.tsx'
import { InstanceKeys } from './settings/InstanceKeys.tsx'
import type { GroupHeads } from './settings/InstanceSection.tsx'
import { type InstanceSectionId, securitySections } from './settings/sections.ts'
import styles from './shell.module.css'
import { SsoSection } from './sso/SsoSection.tsx'
import { TopBar } from './TopBar.tsx'
import { CertificateCard } from './tls/CertificateCard.tsx'
import { SectionedPage } from './ui/SectionedPage.tsx'

interface SecurityScreenProps {
  readonly section: string | undefined
  readonly session: Session
}

export function SecurityScreen({ section, session: { user } }: SecurityScreenProps) {
  return (
    <SectionedPage
      title="Security"
      to="/security"
      listLabel="Sections of security"
      sections={securitySections.map(it => ({
        ...it,
        body: (
          <InstanceKeys section={it.id} heads={heads[it.id]} below={below[it.id]}>
            {above[it.id]}
          </InstanceKeys>
        ),
      }))}
      section={section}
      corner={<TopBar user={user} />}
    />
  )
}

/** What features show above the keys of a section, above a group of them, and below them all. */
const above: Readonly<Partial<Record<InstanceSectionId, ReactNode>>> = {
  limits: <BansSection />,
  headers: <HeaderList />,
  encryption: <CertificateCard />,
  proxy: <ProxySection />,
}
const heads: Readonly<Partial<Record<InstanceSectionId, GroupHeads>>> = {
  'sign-in': { 'OpenID Connect settings': <SsoSection /> },
}
const below: Readonly<Partial<Record<InstanceSectionId, ReactNode>>> = {
  'sign-in': (
    <div className={styles.parts}>
      <AllKeys />
      <SecretKeyCard />
    </div>
  ),
}
