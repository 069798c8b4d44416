import type { Audit } from '../audit/audit.ts'
import type { EventHub } from '../events/hub.ts'
import type { Log } from '../log.ts'
import type { DataDir } from '../storage/data-dir.ts'
import { openState } from '../storage/prepare-data-dir.ts'
import { createApiKeys } from './api-keys.ts'
import { ApiKeysFile, createApiKeyStore } from './store.ts'

interface OpenApiKeysOptions {
  readonly dataDir: DataDir
  readonly users: {
    find(username: string): { readonly isAdmin: boolean } | undefined
    names(): readonly string[]
    readonly file: { onChange(listener: () => void): unknown }
  }
  readonly events: EventHub
  readonly audit: Audit
  readonly log: Log
}

/** Opens the keys, and takes those of whoever is gone along, by whatever hand they went. */
export async function openApiKeys({ dataDir, users, events, audit, log }: OpenApiKeysOptions) {
  const file = await openState(dataDir.state('api-keys.toml'), ApiKeysFile, message => log.error(message))
  const apiKeys = createApiKeys({ store: createApiKeyStore(file), users, events, audit, log })
  await apiKeys.keepOf(users.names())
  users.file.onChange(() => {
    apiKeys.keepOf(users.names()).catch(error => log.error('Keys of users who are gone could not be removed', error))
  })
  return apiKeys
}
