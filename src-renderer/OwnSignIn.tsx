/** How one signs in, and where one is signed in: a part of each feature that has a say in it. */
import styles from './shell.module.css'

export function OwnSignIn() {
  return (
    <div className={styles.parts}>
      <p className="muted">What you sign in with, and where you are signed in.</p>
    </div>
  )
}
