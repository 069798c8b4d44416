/** Settings: one's own looks, and for admins every key of config.toml. Other features' sections come in as `extra`. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { messageOf } from '../lib/errors.ts'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'
import { PageState } from '../ui/PageState.tsx'
import { AppearanceSection } from './AppearanceSection.tsx'
import { BrokenFileNotice } from './BrokenFileNotice.tsx'
import { InstanceSection } from './InstanceSection.tsx'
import { instanceQuery } from './queries.ts'
import { type InstanceSectionId, instanceSections } from './sections.ts'
import styles from './settings.module.css'

/** A section of another feature. One with the id of a section that is there already stands on top of it. */
export interface ExtraSection {
  readonly id: string
  readonly title: string
  readonly icon: IconName
  readonly body: ReactNode
}

interface SettingsPageProps {
  /** From the page's address; unknown or none: the first. */
  readonly section: string | undefined
  readonly isAdmin: boolean
  readonly extra?: readonly ExtraSection[]
  /** What a phone shows at the top right of every screen. */
  readonly corner?: ReactNode
}

interface Section {
  readonly id: string
  readonly title: string
  readonly icon: IconName
  readonly body: ReactNode
}

export function SettingsPage({ section, isAdmin, extra = [], corner }: SettingsPageProps) {
  useEffect(() => {
    document.title = 'Settings – Trunk8'
  }, [])
  const sections = listSections(isAdmin, extra)
  const shown = sections.find(({ id }) => id === section) ?? sections[0]
  return (
    <section className={styles.page}>
      <header className={styles.head}>
        <h1>Settings</h1>
        <span className="grow" />
        {corner}
      </header>
      <div className={styles.split}>
        <SectionList sections={sections} shown={shown?.id} />
        <div className={styles.body} key={shown?.id}>
          <h2 className={styles.title}>{shown?.title}</h2>
          {shown?.body}
        </div>
      </div>
    </section>
  )
}

function SectionList({ sections, shown }: { sections: readonly Section[]; shown: string | undefined }) {
  const list = useRef<HTMLElement>(null)
  useEffect(() => {
    // Another section begins at its top, however far down the last one was read.
    list.current?.closest('section')?.scrollTo(0, 0)
    // On a phone the list is a strip that is wider than the screen.
    list.current?.querySelector(`a[href$="/settings/${shown}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [shown])
  return (
    <nav ref={list} className={styles.sections} aria-label="Sections of the settings">
      {sections.map(({ id, title, icon }) => (
        <Link
          key={id}
          to={`/settings/${id}`}
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

function listSections(isAdmin: boolean, extra: readonly ExtraSection[]): readonly Section[] {
  const own = isAdmin ? instanceSections : []
  const taken = new Set<string>(own.map(({ id }) => id))
  const joined = (id: InstanceSectionId) => extra.find(it => it.id === id)?.body
  return [
    { id: 'appearance', title: 'Appearance', icon: 'palette', body: <Looks isAdmin={isAdmin} /> },
    ...extra.filter(({ id }) => !taken.has(id)),
    ...own.map(({ id, title, icon }) => ({ id, title, icon, body: <Keys section={id}>{joined(id)}</Keys> })),
  ]
}

function Looks({ isAdmin }: { isAdmin: boolean }) {
  const { data } = useQuery({ ...instanceQuery(), enabled: isAdmin })
  return (
    <>
      {data?.problem && <BrokenFileNotice problem={data.problem} path={data.file} />}
      <AppearanceSection instance={data} />
    </>
  )
}

function Keys({ section, children }: { section: InstanceSectionId; children: ReactNode }) {
  const { data, error, isPending, refetch } = useQuery(instanceQuery())
  if (isPending) return <Bones />
  if (!data) {
    const retry = (
      <button type="button" className="btn btn-primary btn-l" onClick={() => void refetch()}>
        Try again
      </button>
    )
    return (
      <PageState title="The settings could not be loaded" isError actions={retry}>
        {messageOf(error)}
      </PageState>
    )
  }
  return (
    <>
      {data.problem && <BrokenFileNotice problem={data.problem} path={data.file} />}
      {children && <div className={styles.above}>{children}</div>}
      <InstanceSection section={section} state={data} />
      <p className={`muted xs ${styles.file}`}>
        These settings are kept in <span className="mono">{data.file}</span>
      </p>
    </>
  )
}

function Bones() {
  return (
    <div className={styles.bones} role="status" aria-label="Loading the settings">
      {[1, 2, 3].map(row => (
        <span key={row} className="t8-bone" />
      ))}
    </div>
  )
}
