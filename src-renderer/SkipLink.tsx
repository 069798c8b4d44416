/** For the keyboard: past the navigation, to the screen. */

import styles from './shell.module.css'
import { focusHeading } from './use-arrival.ts'

export function SkipLink() {
  return (
    <button type="button" className={`btn ${styles.skip}`} onClick={focusHeading}>
      Skip to the content
    </button>
  )
}
