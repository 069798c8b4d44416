/** Themes: one's own, and for admins everybody's. */
import { useQuery } from '@tanstack/react-query'
import type { InstanceState } from '../../src-server/contract/instance.ts'
import type { OwnSettings } from '../../src-server/contract/settings.ts'
import { messageOf } from '../lib/errors.ts'
import { PageState } from '../ui/PageState.tsx'
import { useChangeInstance } from './instance-queries.ts'
import { ownSettingsQuery, useChooseThemes } from './queries.ts'
import styles from './settings.module.css'
import { ThemeChoice } from './ThemeChoice.tsx'

/** `instance`: for admins alone. */
export function AppearanceSection({ instance }: { instance: InstanceState | undefined }) {
  const { data, error, isPending } = useQuery(ownSettingsQuery())
  if (isPending) return <span className="t8-bone" role="status" aria-label="Loading the themes" />
  if (!data) {
    return (
      <PageState title="The themes could not be loaded" isError>
        {messageOf(error)}
      </PageState>
    )
  }
  const others = data.themes.filter(({ isShipped }) => !isShipped)
  return (
    <>
      <OwnThemes own={data} isDisabled={data.choosesForAll && instance?.problem !== undefined} />
      {instance && !data.choosesForAll && <EverybodysThemes own={data} isDisabled={instance.problem !== undefined} />}
      {others.length > 0 && (
        <p className={`muted xs ${styles.file}`}>
          In themes.toml, but not part of Trunk8: {others.map(({ name }) => name).join(', ')}.
        </p>
      )}
    </>
  )
}

interface ThemesProps {
  readonly own: OwnSettings
  readonly isDisabled: boolean
}

function OwnThemes({ own, isDisabled }: ThemesProps) {
  const choose = useChooseThemes()
  const { appearance, instance, choosesForAll, themes } = own
  const and = choosesForAll ? ', and everybody who chose none of their own' : ''
  return (
    <>
      <ThemeChoice
        title="Interface"
        help={`What you see here${and}.`}
        themes={themes}
        drawn={appearance.ui}
        inherited={choosesForAll ? undefined : instance.ui.theme}
        isInherited={own.own.theme === undefined}
        isOpenFirst
        isDisabled={isDisabled}
        onChange={theme => choose({ theme })}
      />
      <ThemeChoice
        title="Markdown pages"
        help={`What pages written in Markdown look like to ${choosesForAll ? `visitors${and}` : 'you'}.`}
        themes={themes}
        drawn={appearance.markdown}
        inherited={choosesForAll ? undefined : instance.markdown.theme}
        isInherited={own.own.markdownTheme === undefined}
        isDisabled={isDisabled}
        onChange={markdownTheme => choose({ markdownTheme })}
      />
    </>
  )
}

function EverybodysThemes({ own: { instance, themes }, isDisabled }: ThemesProps) {
  const theme = useChangeInstance('app.theme')
  const markdownTheme = useChangeInstance('app.markdown_theme')
  return (
    <>
      <h2 className={styles.title}>For everybody</h2>
      <ThemeChoice
        title="Everybody’s interface"
        help="For the sign-in page, and for everybody who chose none of their own."
        themes={themes}
        drawn={instance.ui}
        isDisabled={isDisabled}
        error={theme.error}
        onChange={value => theme.mutate({ value })}
      />
      <ThemeChoice
        title="Everybody’s Markdown pages"
        help="For visitors, and for everybody who chose none of their own."
        themes={themes}
        drawn={instance.markdown}
        isDisabled={isDisabled}
        error={markdownTheme.error}
        onChange={value => markdownTheme.mutate({ value })}
      />
    </>
  )
}
