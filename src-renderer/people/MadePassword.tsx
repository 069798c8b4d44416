/** A password that was just made: here to be handed over, and never to be seen again. */
import { CopyButton } from '../ui/CopyButton.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './person-form.module.css'

interface MadePasswordProps {
  readonly name: string
  readonly username: string
  readonly password: string
  readonly onClose: () => void
}

export function MadePassword({ name, username, password, onClose }: MadePasswordProps) {
  const done = (
    <button type="button" className="btn btn-primary" onClick={onClose}>
      Done
    </button>
  )
  return (
    <Dialog title={`The password of ${name}`} onClose={onClose} buttons={done}>
      <p>
        Hand it over now. It is kept in a form that nobody can read, so it cannot be looked up later; you can give{' '}
        {name} another one at any time.
      </p>
      <div className={styles.made}>
        <output className={`mono strong ${styles.password}`}>{password}</output>
        <CopyButton text={password} label="Copy" name={`Copy the password of ${name}`} what="Password" />
      </div>
      <p className="muted sm">
        {name} signs in as <span className="strong">{username}</span>.
      </p>
    </Dialog>
  )
}
