/** For the keyboard: past the navigation, to the screen. */
import { focusHeading } from './use-arrival.ts'
import styles from './shell.module.css'

export function SkipLink() {
  return (
    <button type="button" className={`btn ${styles.skip}`} onClick={focusHeading}>
      Skip to the content
    </button>
  )
}
