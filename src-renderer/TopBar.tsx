/** On a phone: how sharing stands and who one is, at the top right of every screen. */
import type { User } from '../src-server/contract/sessions.ts'
import { SharingPill } from './sharing/SharingFoot.tsx'
import styles from './shell.module.css'
import { UserMenu } from './UserMenu.tsx'

export function TopBar({ user }: { user: User }) {
  return (
    <div className={styles.topBar}>
      <SharingPill />
      <UserMenu user={user} isSmall />
    </div>
  )
}
