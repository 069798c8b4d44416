/** Something that wants attention: one sentence, and what to do about it. Shape and words first, colour last. */
import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import styles from './notice.module.css'

interface NoticeProps {
  readonly kind: 'bad' | 'warn' | 'info'
  readonly icon?: IconName
  readonly title: ReactNode
  readonly children?: ReactNode
  /** Buttons, at the right or below. */
  readonly actions?: ReactNode
}

const signs = { bad: 'exclamation-octagon', warn: 'exclamation-triangle', info: 'key' } as const
const tones = { bad: 'bad', warn: 'warn', info: '' }

export function Notice({ kind, icon = signs[kind], title, children, actions }: NoticeProps) {
  return (
    <section className={`t8-card ${styles.notice}`} role={kind === 'bad' ? 'alert' : undefined}>
      <span className={`t8-tile ${tones[kind]}`}>
        <Icon name={icon} />
      </span>
      <div className={styles.words}>
        <p className="strong">{title}</p>
        {children && <div className="muted sm">{children}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </section>
  )
}
