/** The settings, with the sections that other features have there. */
import type { Session } from '../src-server/contract/sessions.ts'
import { ThisComputerSection } from './desktop/ThisComputerSection.tsx'
import { isDesktop } from './lib/desktop.ts'
import { ProfileSection } from './profile/ProfileSection.tsx'
import { type ExtraSection, SettingsPage } from './settings/SettingsPage.tsx'
import { TopBar } from './TopBar.tsx'

interface SettingsScreenProps {
  readonly section: string | undefined
  readonly session: Session
}

export function SettingsScreen({ section, session: { user, actingAs } }: SettingsScreenProps) {
  return (
    <SettingsPage
      section={section}
      isAdmin={user.isAdmin}
      extra={sectionsOfOthers(actingAs !== null)}
      corner={<TopBar user={user} />}
    />
  )
}

function sectionsOfOthers(isActing: boolean): readonly ExtraSection[] {
  const profile = {
    id: 'profile',
    title: 'You',
    icon: 'person-fill',
    body: <ProfileSection isActing={isActing} />,
  } as const
  const computer = { id: 'computer', title: 'This computer', icon: 'laptop', body: <ThisComputerSection /> } as const
  return isDesktop ? [profile, computer] : [profile]
}
