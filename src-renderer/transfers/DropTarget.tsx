/** Covers the screen while something is held over the window, and says what letting go will do. */
import { isDesktop } from '../lib/desktop.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './drop.module.css'
import type { Held } from './use-handing-over.ts'

export function DropTarget({ held }: { held: Held }) {
  return (
    <div className={styles.veil} role="status">
      <div className="t8-drop over">
        <div>
          <div className={`t8-tile round ${styles.big}`}>
            <Icon name="arrow-down" />
          </div>
          <p className={`strong ${styles.promise}`}>{promise(held)}</p>
          <p className="muted">{consequence(held)}</p>
        </div>
      </div>
      <p className="muted sm">
        <kbd>Esc</kbd> to cancel
      </p>
    </div>
  )
}

function promise(held: Held): string {
  if (held.kind === 'link') return 'Drop to share this link'
  return held.count === 1 ? 'Drop to share this file' : `Drop to share ${held.count} files`
}

function consequence(held: Held): string {
  if (held.kind === 'link') return 'It gets a short code of its own'
  const where = isDesktop ? '' : ' · sent over this network'
  return held.count === 1 ? `It gets a link of its own${where}` : `Each gets its own link${where}`
}
