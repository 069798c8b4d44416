/** A part of a section: what it is called, a sentence about it, what can be done, and below that what there is. */
import { type ReactNode, useId } from 'react'
import styles from './part.module.css'

interface PartProps {
  readonly title: string
  readonly lead: ReactNode
  /** Beside the words; below them where there is little room. */
  readonly action?: ReactNode
  readonly children?: ReactNode
}

export function Part({ title, lead, action, children }: PartProps) {
  const headingId = useId()
  return (
    <section className={styles.part} aria-labelledby={headingId}>
      <div className={styles.head}>
        <div className="grow">
          <h3 id={headingId}>{title}</h3>
          <p className="muted sm">{lead}</p>
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}
