/** Settings: one's own looks, and for admins every key of config.toml. Other features' sections come in as `extra`. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type PageSection, SectionedPage } from '../ui/SectionedPage.tsx'
import { AppearanceSection } from './AppearanceSection.tsx'
import { BrokenFileNotice } from './BrokenFileNotice.tsx'
import { InstanceKeys } from './InstanceKeys.tsx'
import { instanceQuery } from './instance-queries.ts'
import { type InstanceSectionId, instanceSections } from './sections.ts'

interface SettingsPageProps {
  /** From the page's address; unknown or none: the first. */
  readonly section: string | undefined
  readonly isAdmin: boolean
  /** Sections of other features. One with the id of a section that is there already stands on top of it. */
  readonly extra?: readonly PageSection[]
  /** What a phone shows at the top right of every screen. */
  readonly corner?: ReactNode
}

export function SettingsPage({ section, isAdmin, extra = [], corner }: SettingsPageProps) {
  return (
    <SectionedPage
      title="Settings"
      to="/settings"
      listLabel="Sections of the settings"
      sections={listSections(isAdmin, extra)}
      section={section}
      corner={corner}
    />
  )
}

function listSections(isAdmin: boolean, extra: readonly PageSection[]): readonly PageSection[] {
  const own = isAdmin ? instanceSections : []
  const taken = new Set<string>(own.map(({ id }) => id))
  const joined = (id: InstanceSectionId) => extra.find(it => it.id === id)?.body
  return [
    { id: 'appearance', title: 'Appearance', icon: 'palette', body: <Looks isAdmin={isAdmin} /> },
    ...extra.filter(({ id }) => !taken.has(id)),
    ...own.map(({ id, title, icon }) => {
      return { id, title, icon, body: <InstanceKeys section={id}>{joined(id)}</InstanceKeys> }
    }),
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
