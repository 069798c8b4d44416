/** On a phone: the screens, with New in the middle, under the thumb. */
import { Link, useRoute } from 'wouter'
import type { User } from '../src-server/contract/sessions.ts'
import { type NavScreen, screensFor } from './navigation.ts'
import styles from './shell.module.css'
import { Icon } from './ui/Icon.tsx'

export function BottomBar({ user, onNewLink }: { user: User; onNewLink: () => void }) {
  const screens = screensFor(user)
  const middle = Math.ceil(screens.length / 2)
  return (
    <nav className={styles.tabs} aria-label="Screens">
      {screens.slice(0, middle).map(screen => (
        <Tab key={screen.to} screen={screen} />
      ))}
      <button type="button" aria-label="New link" onClick={onNewLink}>
        <span className={styles.plus}>
          <Icon name="plus-lg" />
        </span>
      </button>
      {screens.slice(middle).map(screen => (
        <Tab key={screen.to} screen={screen} />
      ))}
    </nav>
  )
}

function Tab({ screen: { to, pattern, icon, word } }: { screen: NavScreen }) {
  const [isOn] = useRoute(pattern)
  return (
    <Link href={to} className={isOn ? styles.tabOn : ''} aria-current={isOn ? 'page' : undefined}>
      <Icon name={icon} />
      {word}
    </Link>
  )
}
