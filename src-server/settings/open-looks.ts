import type { EventHub } from '../events/hub.ts'
import type { Problems } from '../problems/problems.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { createAppearance } from './appearance.ts'
import type { InstanceSettings } from './instance-settings.ts'
import { createOwnSettings } from './own-settings.ts'
import { createOwnStore } from './own-store.ts'
import { type SettingsService, themesIn } from './settings.ts'
import { openThemes } from './themes.ts'

/** Everything about themes, put together: the instance's, everybody's own, and what there is to choose from. */
interface LooksOptions {
  readonly dataDir: DataDir
  readonly settings: SettingsService
  readonly instanceSettings: InstanceSettings
  readonly users: { readonly names: () => string[]; readonly onChange: (listener: () => void) => () => void }
  readonly problems: Problems
  readonly events: EventHub
  readonly report: (message: string) => void
}

export async function openLooks(options: LooksOptions) {
  const { dataDir, settings, instanceSettings, users, problems, events, report } = options
  const themes = await openThemes(dataDir.themes, {
    onFindings: findings => problems.set({ path: dataDir.themes }, findings),
    onChange: () => events.publish('settings', {}),
    report,
  })
  const store = createOwnStore({
    ...{ dataDir, problems, report },
    onChange: username => events.publish('settings', {}, username),
  })
  await store.setOwners(users.names())
  const stopListening = users.onChange(() => void store.setOwners(users.names()))
  const appearance = createAppearance({ instance: () => settings.current, own: store.of })
  const instance = { written: () => themesIn(settings.file.value), update: instanceSettings.update }
  return {
    appearance,
    ownSettings: createOwnSettings({ store, appearance, themes, instance }),
    async close(): Promise<void> {
      stopListening()
      await Promise.all([themes.close(), store.close()])
    },
  }
}
