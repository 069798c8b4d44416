/** What is so, by name. */
import type { ReactNode } from 'react'
import styles from './fact.module.css'

interface FactsProps {
  /** Some facts bring a button along, which is taller than a line. */
  readonly hasButtons?: boolean
  readonly children: ReactNode
}

/** The list that facts stand in on a card: names at the left; on a phone each above what it names. */
export function Facts({ hasButtons = false, children }: FactsProps) {
  return <dl className={hasButtons ? `${styles.facts} ${styles.withButtons}` : styles.facts}>{children}</dl>
}

interface FactProps {
  readonly name: string
  readonly children: ReactNode
}

/** One row of a `<dl>`: what is told, and what it is. */
export function Fact({ name, children }: FactProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
