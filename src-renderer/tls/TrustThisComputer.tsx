/** In the window: whether this computer's browsers trust the server, and the switch for it. */
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import { useOwnTrust, useSetOwnTrust } from './queries.ts'
import styles from './tls.module.css'

export function TrustThisComputer() {
  const isTrusted = useOwnTrust()
  const set = useSetOwnTrust()
  if (isTrusted === undefined) return null
  function change() {
    const next = !isTrusted
    const done = next ? 'Browsers on this computer trust it now' : 'Browsers on this computer no longer trust it'
    set.mutate(next, { onSuccess: () => say(done) })
  }
  return (
    <div className={styles.row}>
      <p className="row-x grow">
        <span className={isTrusted ? 'ok' : 'muted'}>
          <Icon name={isTrusted ? 'check-lg' : 'laptop'} />
        </span>
        <span>{isTrusted ? 'This computer trusts it' : 'This computer does not trust it yet'}</span>
      </p>
      <button
        type="button"
        className={`btn ${isTrusted ? '' : 'btn-primary'}`}
        disabled={set.isPending}
        onClick={change}
      >
        {set.isPending ? 'The system may ask you…' : isTrusted ? 'Stop trusting' : 'Trust on this computer'}
      </button>
      {set.error && (
        <p className={`bad sm ${styles.wide}`} role="alert">
          {messageOf(set.error)}
        </p>
      )}
    </div>
  )
}
