/** Security: what guards the door, a section each, with the keys of config.toml that belong to it below. */
import type { ReactNode } from 'react'
import type { Session } from '../src-server/contract/sessions.ts'
import { AllKeys } from './api-keys/AllKeys.tsx'
import { BansSection } from './bans/BansSection.tsx'
import { HeaderList } from './headers/HeaderList.tsx'
import { ProxySection } from './proxies/ProxySection.tsx'
import { SecretKeyCard } from './secret-key/SecretKeyCard.tsx'
import { InstanceKeys } from './settings/InstanceKeys.tsx'
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
        body: <InstanceKeys section={it.id}>{above[it.id]}</InstanceKeys>,
      }))}
      section={section}
      corner={<TopBar user={user} />}
    />
  )
}

/** What features show above the keys of a section. */
const above: Readonly<Partial<Record<InstanceSectionId, ReactNode>>> = {
  'sign-in': (
    <div className={styles.parts}>
      <SsoSection />
      <AllKeys />
      <SecretKeyCard />
    </div>
  ),
  limits: <BansSection />,
  headers: <HeaderList />,
  encryption: <CertificateCard />,
  proxy: <ProxySection />,
}
