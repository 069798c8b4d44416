/** Who is kept out now; whoever is let in first comes first. */
import type { Ban } from '../../src-server/contract/bans.ts'
import { messageOf } from '../lib/errors.ts'
import { formatExact, formatPast, formatTimeLeft } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import { reasonInWords } from './ban-words.ts'
import styles from './bans.module.css'
import { useUnban } from './queries.ts'

export function BanList({ bans }: { bans: readonly Ban[] }) {
  const now = useNow(1000)
  return (
    <ul className={styles.list} aria-label="Banned addresses">
      {bans.map(ban => (
        <BanRow key={ban.address} ban={ban} now={now} />
      ))}
    </ul>
  )
}

function BanRow({ ban, now }: { ban: Ban; now: number }) {
  const { address, since, until } = ban
  const unban = useUnban()
  const letIn = () =>
    unban.mutate(address, {
      onSuccess: () => say(`${address} is let in again`),
      onError: error => say(messageOf(error), { isBad: true }),
    })
  return (
    <li className={styles.row}>
      <span className="t8-tile sm bad">
        <Icon name="sign-stop" />
      </span>
      <div className={styles.words}>
        <p className={`strong mono cut ${styles.address}`} title={address}>
          {address}
        </p>
        <p className="muted sm">
          {reasonInWords(ban)}
          {' · '}
          <time dateTime={since} title={formatExact(since)}>
            {formatPast(since, now)}
          </time>
        </p>
      </div>
      <time className={`muted sm num ${styles.left}`} dateTime={until} title={`Until ${formatExact(until)}`}>
        {leftInWords(until, now)}
      </time>
      <button
        type="button"
        className="btn btn-s"
        aria-label={`Unban ${address}`}
        disabled={unban.isPending}
        onClick={letIn}
      >
        Unban
      </button>
    </li>
  )
}

/** Days are no use in hours: a ban by hand may last a year. */
function leftInWords(until: string, now: number): string {
  const seconds = (Date.parse(until) - now) / 1000
  return seconds < 2 * 86_400 ? formatTimeLeft(seconds) : `${Math.ceil(seconds / 86_400)} days left`
}
