/** The screens, and at the foot how sharing stands and who one is. */
import { useQuery } from '@tanstack/react-query'
import { Link, useRoute } from 'wouter'
import type { User } from '../src-server/contract/sessions.ts'
import { formatCount } from './lib/format.ts'
import { linkQueries } from './links/queries.ts'
import { SharingFoot } from './sharing/SharingFoot.tsx'
import styles from './shell.module.css'
import { UserMenu } from './UserMenu.tsx'
import { Icon } from './ui/Icon.tsx'
import type { IconName } from './ui/icons.ts'

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
      <NavLink to="/" icon="send" word="Share" />
      <NavLink to="/links" also="/links/:code" icon="link-45deg" word="Links" count={recent?.total} />
      <div className={styles.foot}>
        <SharingFoot />
        <UserMenu user={user} />
      </div>
    </nav>
  )
}

interface NavLinkProps {
  readonly to: string
  readonly also?: string
  readonly icon: IconName
  readonly word: string
  readonly count?: number
}

function NavLink({ to, also = to, icon, word, count }: NavLinkProps) {
  const [isHere] = useRoute(to)
  const [isWithin] = useRoute(also)
  const isOn = isHere || isWithin
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
