/** One thing that is or becomes a link: its address first and boldest. Keeps its height in all its states. */
import type { ReactNode } from 'react'
import { withoutScheme } from '../lib/format.ts'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import styles from './result-card.module.css'

interface ResultCardProps {
  /** What screen readers call it. */
  readonly name: string
  readonly icon: IconName
  readonly isBad?: boolean
  /** `http://192.168.1.24:5001/red-fox`; absent while nobody knows it. */
  readonly url?: string
  /** Instead of the address where there is none. */
  readonly heading?: string
  readonly pill?: ReactNode
  readonly actions: ReactNode
  readonly detail: ReactNode
  readonly chips?: ReactNode
  /** Share of the work that is done, 0 to 1. */
  readonly progress?: number
}

export function ResultCard(props: ResultCardProps) {
  const { name, icon, isBad, url, heading, pill, actions, detail, chips, progress } = props
  return (
    <article className={`t8-card ${styles.card} ${isBad ? styles.failed : ''}`} aria-label={name}>
      <span className={`t8-tile ${isBad ? 'bad' : ''}`}>
        <Icon name={icon} />
      </span>
      <div className={styles.top}>
        {url ? <Address url={url} /> : <span className="strong cut">{heading}</span>}
        {pill}
        <span className="grow" />
        {actions}
      </div>
      <div className={styles.bottom}>
        <span className={styles.detail}>{detail}</span>
        {chips && <span className={styles.chips}>{chips}</span>}
      </div>
      {progress !== undefined && (
        <div
          className={`t8-bar ${styles.bar}`}
          role="progressbar"
          aria-label={name}
          aria-valuenow={Math.round(progress * 100)}
        >
          <span style={{ transform: `scaleX(${progress})` }} />
        </div>
      )}
    </article>
  )
}

/** The address muted, the code bold and never cut. */
export function Address({ url }: { url: string }) {
  const [, host = '', code = ''] = /^([^/]*)(\/.*)?$/.exec(withoutScheme(url)) ?? []
  return (
    <span className={`num ${styles.address}`} title={url}>
      <span className={styles.host}>{host}</span>
      <b>{decode(code)}</b>
    </span>
  )
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
