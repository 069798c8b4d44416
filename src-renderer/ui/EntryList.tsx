/** A list of a few things, a row each: a drawing, words, what can be done with it. */
import type { ReactNode } from 'react'
import styles from './entry-list.module.css'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'

export function EntryList({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ul className={styles.list} aria-label={label}>
      {children}
    </ul>
  )
}

interface EntryProps {
  readonly icon: IconName
  /** It no longer counts. */
  readonly isBad?: boolean
  /** What it is called, and what is said of it in a word. */
  readonly name: ReactNode
  /** Paragraphs. */
  readonly children: ReactNode
  /** Buttons. */
  readonly actions?: ReactNode
}

export function Entry({ icon, isBad = false, name, children, actions }: EntryProps) {
  return (
    <li className={styles.entry}>
      <span className={`t8-tile sm ${isBad ? 'bad' : 'plain'}`}>
        <Icon name={icon} />
      </span>
      <div className={styles.words}>
        <p className={styles.name}>{name}</p>
        {children}
      </div>
      {actions}
    </li>
  )
}

/** In the place of the list where it has nothing to show. */
export function NoEntries({ children }: { readonly children: ReactNode }) {
  return <div className={styles.none}>{children}</div>
}
