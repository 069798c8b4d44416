/** Asks the public address for this very server, and shows how that went. */
import type { ProxyCheckItem } from '../../src-server/contract/proxies.ts'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import { CodeLines } from './CodeLines.tsx'
import styles from './proxies.module.css'
import { aboutWords } from './proxy-words.ts'
import { useCheckPublicUrl } from './queries.ts'

export function ProxyCheck() {
  const check = useCheckPublicUrl()
  return (
    <div className={styles.check}>
      <div className={styles.foot}>
        <button type="button" className="btn" disabled={check.isPending} onClick={() => check.mutate()}>
          <Icon name="arrow-repeat" />
          {check.data ? 'Check again' : 'Check the public address'}
        </button>
        <span className="muted sm" role="status">
          {check.isPending && 'Asking the public address for this Trunk8…'}
        </span>
      </div>
      {check.error && (
        <p className="bad sm" role="alert">
          {messageOf(check.error)}
        </p>
      )}
      {check.data && !check.isPending && (
        <ul className={styles.items} aria-label="What was found">
          {check.data.items.map(item => (
            <Item key={item.about} item={item} />
          ))}
        </ul>
      )}
    </div>
  )
}

const signs = {
  ok: { icon: 'check-circle', tone: 'ok', word: 'Fine' },
  bad: { icon: 'exclamation-octagon', tone: 'bad', word: 'Wrong' },
  unknown: { icon: 'info-circle', tone: 'muted', word: 'Not known' },
} as const

function Item({ item: { about, outcome, detail, lines } }: { item: ProxyCheckItem }) {
  const { icon, tone, word } = signs[outcome]
  return (
    <li className={styles.item}>
      <Icon name={icon} className={tone} />
      <div className={styles.words}>
        <p className="strong sm">
          {aboutWords[about]} <span className="off-screen">{word}</span>
        </p>
        <p className="muted sm">{detail}.</p>
        {lines && (
          <>
            <p className="muted sm">In nginx, add:</p>
            <CodeLines text={lines.join('\n')} name={`Copy the lines for: ${aboutWords[about]}`} />
          </>
        )}
      </div>
    </li>
  )
}
