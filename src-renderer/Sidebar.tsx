/** The screens, and at the foot how sharing stands and who one is. */
import { useQuery } from '@tanstack/react-query'
import { Link, useRoute } from 'wouter'
import type { User } from '../src-server/contract/sessions.ts'
import { formatCount } from './lib/format.ts'
import { linkQueries } from './links/queries.ts'
import { type NavScreen, screensFor } from './navigation.ts'
import { SharingFoot } from './sharing/SharingFoot.tsx'
import styles from './shell.module.css'
import { UserMenu } from './UserMenu.tsx'
import { Icon } from './ui/Icon.tsx'

export function Sidebar({ user }: { user: User }) {
  const { data: recent } = useQuery(linkQueries.recent())
  return (
    <nav className={styles.side} aria-label="Main">
      <div className={styles.brand}>
        <span className="t8-logo">
          <Icon name="arrow-up-right" />
        </span>
        Trunk8
      </div>
      {screensFor(user).map(screen => (
        <NavLink key={screen.to} screen={screen} count={screen.to === '/links' ? recent?.total : undefined} />
      ))}
      <div className={styles.foot}>
        <SharingFoot />
        <UserMenu user={user} />
      </div>
    </nav>
  )
}

function NavLink({ screen, count }: { screen: NavScreen; count: number | undefined }) {
  const { to, pattern, icon, word } = screen
  const [isOn] = useRoute(pattern)
  return (
    <Link href={to} className={`${styles.nav} ${isOn ? styles.on : ''}`} aria-current={isOn ? 'page' : undefined}>
      <Icon name={icon} />
      {word}
      {count !== undefined && (
        <span className={styles.count}>
          {formatCount(count)}
          <span className="visually-hidden"> in all</span>
        </span>
      )}
    </Link>
  )
}
