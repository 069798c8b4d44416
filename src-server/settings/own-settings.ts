import type { InstanceChanges } from '../contract/instance.ts'
import type { OwnSettings, OwnSettingsChanges } from '../contract/settings.ts'
import type { Who } from '../policy.ts'
import type { Appearances, ThemeNames } from './appearance.ts'
import type { OwnStore } from './own-store.ts'
import type { Themes } from './themes.ts'

/** What people choose for themselves. What the admin chooses is the instance's, as in upstream. */
export type OwnSettingsService = ReturnType<typeof createOwnSettings>

interface OwnSettingsOptions {
  readonly store: OwnStore
  readonly appearance: Appearances
  readonly themes: Pick<Themes, 'list'>
  /** What config.toml says, and how it is changed. */
  readonly instance: {
    readonly written: () => ThemeNames
    readonly update: (who: Who, changes: InstanceChanges) => Promise<unknown>
  }
}

export function createOwnSettings({ store, appearance, themes, instance }: OwnSettingsOptions) {
  const get = ({ username }: Who): OwnSettings => ({
    appearance: appearance.of(username),
    instance: appearance.of(),
    own: (username === 'admin' ? instance.written() : store.of(username)) ?? {},
    choosesForAll: username === 'admin',
    themes: themes.list(),
  })

  return {
    get,
    /** Throws `file_broken` while the file does not parse. */
    async update(who: Who, changes: OwnSettingsChanges): Promise<OwnSettings> {
      if (who.username === 'admin') await instance.update(who, { values: asKeys(changes) })
      else await store.change(who.username, changes)
      return get(who)
    },
  }
}

/** What is left out stays. */
const asKeys = ({ theme, markdownTheme }: OwnSettingsChanges): InstanceChanges['values'] => ({
  ...(theme !== undefined && { 'app.theme': theme }),
  ...(markdownTheme !== undefined && { 'app.markdown_theme': markdownTheme }),
})
