/** A small drawing made of the product's own parts: cards on a pile. */
import { Icon } from '../ui/Icon.tsx'
import styles from './drawings.module.css'

export function EmptyDrawing() {
  return (
    <div className={styles.stack} aria-hidden="true">
      <div className={`t8-card ${styles.third}`} />
      <div className={`t8-card ${styles.second}`} />
      <div className={`t8-card ${styles.first}`}>
        <span className="t8-tile sm">
          <Icon name="file-earmark-text" />
        </span>
        <span className={styles.lines}>
          <span />
          <span />
        </span>
      </div>
    </div>
  )
}
