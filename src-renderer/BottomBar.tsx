/** On a phone: the screens, with New in the middle, under the thumb. */
import { Link, useRoute } from 'wouter'
import type { User } from '../src-server/contract/sessions.ts'
import { type NavScreen, phoneScreensFor } from './navigation.ts'
import styles from './shell.module.css'
import { Icon } from './ui/Icon.tsx'

const isNew = ({ to }: NavScreen) => to === '/new'

export function BottomBar({ user }: { user: User }) {
  const screens = phoneScreensFor(user)
  const others = screens.filter(screen => !isNew(screen))
  const middle = Math.ceil(others.length / 2)
  return (
    <nav className={styles.tabs} aria-label="Screens">
      {others.slice(0, middle).map(screen => (
        <Tab key={screen.to} screen={screen} />
      ))}
      {screens.filter(isNew).map(screen => (
        <NewTab key={screen.to} screen={screen} />
      ))}
      {others.slice(middle).map(screen => (
        <Tab key={screen.to} screen={screen} />
      ))}
    </nav>
  )
}

function NewTab({ screen: { to, pattern, icon, word } }: { screen: NavScreen }) {
  const [isOn] = useRoute(pattern)
  return (
    <Link href={to} aria-label={word} aria-current={isOn ? 'page' : undefined}>
      <span className={styles.plus}>
        <Icon name={icon} />
      </span>
    </Link>
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
