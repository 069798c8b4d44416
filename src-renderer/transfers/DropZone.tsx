/** The standing invitation to share: where files may be dropped, and the buttons that do the same. */
import { isDesktop } from '../lib/desktop.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './drop.module.css'

interface DropZoneProps {
  readonly onChooseFiles: () => void
  readonly onShareClipboard: () => void
  readonly onNewLink: () => void
}

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform)

export function DropZone({ onChooseFiles, onShareClipboard, onNewLink }: DropZoneProps) {
  return (
    <section className={`t8-drop ${styles.zone}`} aria-label="Share something">
      <div>
        <div className={`t8-tile round ${styles.sign}`}>
          <Icon name="arrow-up" />
        </div>
        <p className={`strong ${styles.invitation}`}>
          <span className={styles.wide}>Drop files or a link anywhere in this window</span>
          <span className={styles.narrow}>Share a file or a link</span>
        </p>
        <p className={`muted sm ${styles.hint}`}>
          or paste with <kbd>{isMac ? '⌘ V' : 'Ctrl V'}</kbd> – the link is copied as soon as it exists
        </p>
        <div className={styles.buttons}>
          <button type="button" className="btn btn-primary" onClick={onChooseFiles}>
            Choose files…
          </button>
          {isDesktop && (
            <button type="button" className="btn" onClick={onShareClipboard}>
              Share clipboard
            </button>
          )}
          <button type="button" className="btn" onClick={onNewLink}>
            Type a link…
          </button>
        </div>
      </div>
    </section>
  )
}
