/** A screen of sections, of which one is shown: the list at the left, on a phone a strip on top. */
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import styles from './sectioned-page.module.css'

export interface PageSection {
  readonly id: string
  readonly title: string
  readonly icon: IconName
  readonly body: ReactNode
}

interface SectionedPageProps {
  readonly title: string
  /** Where the page is; a section is at `/TO/ID`. */
  readonly to: string
  /** What the list of sections is called to those who hear it. */
  readonly listLabel: string
  readonly sections: readonly PageSection[]
  /** From the page's address; unknown or none: the first. */
  readonly section: string | undefined
  /** What a phone shows at the top right of every screen. */
  readonly corner?: ReactNode
}

export function SectionedPage({ title, to, listLabel, sections, section, corner }: SectionedPageProps) {
  useEffect(() => {
    document.title = `${title} – Trunk8`
  }, [title])
  const shown = sections.find(({ id }) => id === section) ?? sections[0]
  return (
    <section className={styles.page}>
      <header className={styles.head}>
        <h1>{title}</h1>
        <span className="grow" />
        {corner}
      </header>
      <div className={styles.split}>
        <SectionList label={listLabel} to={to} sections={sections} shown={shown?.id} />
        <div className={styles.body} key={shown?.id}>
          <h2 className={styles.title}>{shown?.title}</h2>
          {shown?.body}
        </div>
      </div>
    </section>
  )
}

interface SectionListProps {
  readonly label: string
  readonly to: string
  readonly sections: readonly PageSection[]
  readonly shown: string | undefined
}

function SectionList({ label, to, sections, shown }: SectionListProps) {
  const list = useRef<HTMLElement>(null)
  useEffect(() => {
    // Another section begins at its top, however far down the last one was read.
    list.current?.closest('section')?.scrollTo(0, 0)
    // On a phone the list is a strip that is wider than the screen.
    list.current?.querySelector(`a[href$="${to}/${shown}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [to, shown])
  return (
    <nav ref={list} className={styles.sections} aria-label={label}>
      {sections.map(({ id, title, icon }) => (
        <Link
          key={id}
          to={`${to}/${id}`}
          className={`${styles.section} ${id === shown ? styles.on : ''}`}
          aria-current={id === shown ? 'page' : undefined}
        >
          <Icon name={icon} />
          {title}
        </Link>
      ))}
    </nav>
  )
}
