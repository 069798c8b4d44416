/** Who one is, and what goes with it: signing out in a browser, the desktop's own affairs in the window. */
import Dropdown from 'react-bootstrap/Dropdown'
import type { User } from '../src-server/contract/sessions.ts'
import { useDesktopStatus } from './desktop/queries.ts'
import { ask, isDesktop } from './lib/desktop.ts'
import { messageOf } from './lib/errors.ts'
import { navigate } from './lib/location.ts'
import { menuScreensFor } from './navigation.ts'
import styles from './shell.module.css'
import { useSignOut } from './sign-in/queries.ts'
import { Avatar } from './ui/Avatar.tsx'
import { Icon } from './ui/Icon.tsx'
import { say } from './ui/Toaster.tsx'

/** Whose the window is: anybody else is one as whom they act, and has no say over this computer. */
const owner = 'admin'

export function UserMenu({ user, isSmall = false }: { user: User; isSmall?: boolean }) {
  const name = user.displayName || user.username
  return (
    <Dropdown drop={isSmall ? 'down' : 'up'} align={isSmall ? 'end' : 'start'}>
      <Dropdown.Toggle as="button" bsPrefix={isSmall ? styles.avatarButton : styles.user}>
        <Avatar name={name} />
        <span className={isSmall ? 'visually-hidden' : 'cut grow'}>{name}</span>
        {!isSmall && <Icon name="chevron-expand" className="muted" />}
      </Dropdown.Toggle>
      <Dropdown.Menu>
        <Dropdown.Item as="button" type="button" onClick={() => navigate('/settings/profile')}>
          <Icon name="person" />
          Your profile
        </Dropdown.Item>
        {isSmall &&
          menuScreensFor(user).map(({ to, icon, word }) => (
            <Dropdown.Item key={to} as="button" type="button" onClick={() => navigate(to)}>
              <Icon name={icon} />
              {word}
            </Dropdown.Item>
          ))}
        {isDesktop ? user.username === owner && <DesktopItems /> : <SignOutItem />}
      </Dropdown.Menu>
    </Dropdown>
  )
}

function SignOutItem() {
  const signOut = useSignOut()
  return (
    <Dropdown.Item as="button" type="button" onClick={() => signOut.mutate()}>
      <Icon name="box-arrow-right" />
      Sign out
    </Dropdown.Item>
  )
}

function DesktopItems() {
  const status = useDesktopStatus()
  return (
    <>
      <Dropdown.Item
        as="button"
        type="button"
        onClick={() => attempt(ask('copyAdminPassword').then(() => say('Admin password copied')))}
      >
        <Icon name="key" />
        Copy admin password
      </Dropdown.Item>
      <Dropdown.Item as="button" type="button" onClick={() => attempt(ask('openDataFolder'))}>
        <Icon name="folder2-open" />
        Show data folder
      </Dropdown.Item>
      {status && (
        <>
          <Dropdown.Divider />
          <Dropdown.ItemText className="muted xs">Trunk8 {status.version}</Dropdown.ItemText>
        </>
      )}
    </>
  )
}

function attempt(work: Promise<unknown>): void {
  work.catch(error => say(messageOf(error), { isBad: true }))
}
