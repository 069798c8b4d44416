/** On a phone: the screens, with New in the middle, under the thumb. */
import { Link, useRoute } from 'wouter'
import styles from './shell.module.css'
import { Icon } from './ui/Icon.tsx'

export function BottomBar({ onNewLink }: { onNewLink: () => void }) {
  const [isShare] = useRoute('/')
  const [isLinks] = useRoute('/links/:code?')
  return (
    <nav className={styles.tabs} aria-label="Screens">
      <Link href="/" className={isShare ? styles.tabOn : ''} aria-current={isShare ? 'page' : undefined}>
        <Icon name="send" />
        Share
      </Link>
      <button type="button" aria-label="New link" onClick={onNewLink}>
        <span className={styles.plus}>
          <Icon name="plus-lg" />
        </span>
      </button>
      <Link href="/links" className={isLinks ? styles.tabOn : ''} aria-current={isLinks ? 'page' : undefined}>
        <Icon name="link-45deg" />
        Links
      </Link>
    </nav>
  )
}
