import type { Settings } from '../settings/settings.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import { type Bans, type BansOptions, createBans } from './bans.ts'
import { BansFile } from './store.ts'

interface OpenBansOptions extends Omit<BansOptions, 'file' | 'settings' | 'trustedProxies'> {
  readonly dataDir: DataDir
  readonly settings: () => Pick<Settings, 'bans' | 'proxy'>
}

/** Opens state/bans.toml, and counts failures from here on. */
export async function openBans({ dataDir, settings, ...options }: OpenBansOptions): Promise<Bans> {
  return createBans({
    ...options,
    file: await openState(dataDir.state('bans.toml'), BansFile, message => options.log.error(message)),
    settings: () => settings().bans,
    trustedProxies: () => settings().proxy.trusted,
  })
}
