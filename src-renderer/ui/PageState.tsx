/** What a page shows instead of its data: a drawing, a sentence, what to do. */
import type { ReactNode } from 'react'
import styles from './page-state.module.css'

interface PageStateProps {
  readonly drawing?: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
  readonly isError?: boolean
}

export function PageState({ drawing, title, children, actions, isError = false }: PageStateProps) {
  return (
    <div className={styles.state} role={isError ? 'alert' : undefined}>
      <div className={styles.words}>
        {drawing}
        <h2>{title}</h2>
        {children && <p className="muted">{children}</p>}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}
