/** Addresses that got something wrong of late, and how close each is to a ban. */
import type { Watched } from '../../src-server/contract/bans.ts'
import { messageOf } from '../lib/errors.ts'
import { formatExact, formatPast } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { say } from '../ui/Toaster.tsx'
import { failuresInWords } from './ban-words.ts'
import styles from './bans.module.css'
import { useBan } from './queries.ts'

interface WatchListProps {
  readonly watching: readonly Watched[]
  /** Failures at which an address is banned. */
  readonly maxRetry: number
}

export function WatchList({ watching, maxRetry }: WatchListProps) {
  const now = useNow()
  return (
    <div>
      <h3>Close to a ban</h3>
      <ul className={styles.list} aria-label="Addresses that fail">
        {watching.map(it => (
          <WatchRow key={it.address} watched={it} maxRetry={maxRetry} now={now} />
        ))}
      </ul>
    </div>
  )
}

interface WatchRowProps {
  readonly watched: Watched
  readonly maxRetry: number
  readonly now: number
}

function WatchRow({ watched: { address, failures, why, lastAt }, maxRetry, now }: WatchRowProps) {
  const ban = useBan()
  const shutOut = () =>
    ban.mutate(
      { address: address.replace(/\/64$/, '') },
      {
        onSuccess: () => say(`${address} is banned`),
        onError: error => say(messageOf(error), { isBad: true }),
      },
    )
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={`strong mono cut ${styles.address}`} title={address}>
          {address}
        </p>
        <p className="muted sm">
          {failuresInWords(failures, why)}, the last{' '}
          <time dateTime={lastAt} title={formatExact(lastAt)}>
            {formatPast(lastAt, now)}
          </time>
        </p>
      </div>
      <span className={`sm num ${styles.left} ${failures >= maxRetry - 1 ? 'warn' : 'muted'}`}>
        {failures} of {maxRetry} failures
      </span>
      <button
        type="button"
        className="btn btn-s"
        aria-label={`Ban ${address}`}
        disabled={ban.isPending}
        onClick={shutOut}
      >
        Ban
      </button>
    </li>
  )
}
