import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import type { SecretKey } from '../secret-key/secret-key.ts'
import type { Settings } from '../settings/settings.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import { createSessionKeys } from './keys.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSessionStore, SessionsFile } from './store.ts'

interface OpenSessionsOptions {
  readonly dataDir: DataDir
  readonly secretKey: SecretKey
  readonly settings: () => Settings['session']
  /** What a user's sessions rest on, in short: other words for another password or role. */
  readonly markOf: (username: string) => string
  readonly events: EventHub
  readonly log: Log
}

/** Opens state/sessions.toml, and ends what rests on a password, a role or a secret key that is another one by now. */
export async function openSessions(options: OpenSessionsOptions): Promise<Sessions> {
  const { dataDir, secretKey, settings, markOf, events, log } = options
  const file = await openState(dataDir.state('sessions.toml'), SessionsFile, message => log.error(message))
  const sessions = createSessions({
    store: createSessionStore(file),
    keys: createSessionKeys(secretKey.derive),
    ...{ settings, markOf, events, log },
  })
  await sessions.endOutdated()
  secretKey.onReplaced(sessions.endAll)
  return sessions
}
