/** The settings, with the sections that other features have there. */
import type { Session } from '../src-server/contract/sessions.ts'
import { BackupsSection } from './backups/BackupsSection.tsx'
import { ThisComputerSection } from './desktop/ThisComputerSection.tsx'
import { isDesktop } from './lib/desktop.ts'
import { OwnSignIn } from './OwnSignIn.tsx'
import { ProfileSection } from './profile/ProfileSection.tsx'
import { SettingsPage } from './settings/SettingsPage.tsx'
import { TopBar } from './TopBar.tsx'
import type { PageSection } from './ui/SectionedPage.tsx'

interface SettingsScreenProps {
  readonly section: string | undefined
  readonly session: Session
}

export function SettingsScreen({ section, session }: SettingsScreenProps) {
  const { user } = session
  return (
    <SettingsPage
      section={section}
      isAdmin={user.isAdmin}
      extra={sectionsOfOthers(session)}
      corner={<TopBar user={user} />}
    />
  )
}

function sectionsOfOthers(session: Session): readonly PageSection[] {
  const { user, actingAs } = session
  const profile = {
    id: 'profile',
    title: 'You',
    icon: 'person-fill',
    body: <ProfileSection isActing={actingAs !== null} />,
  } as const
  const signIn = {
    id: 'sign-in',
    title: 'How you sign in',
    icon: 'key',
    body: <OwnSignIn session={session} />,
  } as const
  const computer = { id: 'computer', title: 'This computer', icon: 'laptop', body: <ThisComputerSection /> } as const
  const backups = { id: 'backups', title: 'Backups', icon: 'archive', body: <BackupsSection user={user} /> } as const
  // The computer is its owner's, not the user's as whom they act.
  return isDesktop && actingAs === null ? [profile, signIn, computer, backups] : [profile, signIn, backups]
}
