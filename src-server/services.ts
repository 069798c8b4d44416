import { hostname } from 'node:os'
import { createEventHub } from './events/hub.ts'
import { createHosts } from './http/hosts.ts'
import type { ServerOptions } from './index.ts'
import { createLog } from './log.ts'
import { createSessionKeys } from './sessions/keys.ts'
import { createSessions } from './sessions/sessions.ts'
import { createSessionStore, SessionsFile } from './sessions/store.ts'
import { openSettings } from './settings/settings.ts'
import { createSharing, SharingFile } from './sharing/sharing.ts'
import { createDataDir } from './storage/data-dir.ts'
import { lockInstance } from './storage/instance-lock.ts'
import { makeFolders, openState, sweepFolders } from './storage/prepare-data-dir.ts'
import { openUserStore } from './users/store.ts'
import { createUsers } from './users/users.ts'

/**
 * The composition root: opens the files, builds the services and hands them to one another. Nothing else wires anything.
 */
export type Services = Awaited<ReturnType<typeof createServices>>

/** Throws `FolderInUse`, `file_broken`, or the system's own error; then nothing stays open. */
export async function createServices(options: ServerOptions) {
  const dataDir = createDataDir(options.dataDir)
  await makeFolders(dataDir)
  const lock = await lockInstance(dataDir)
  try {
    await sweepFolders(dataDir)
    return await buildServices(options, dataDir, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function buildServices(
  options: ServerOptions,
  dataDir: ReturnType<typeof createDataDir>,
  unlock: () => Promise<void>,
) {
  const { listen, logLevel, secrets } = options
  const settings = await openSettings(dataDir.config, { ...listen, logLevel })
  const log = createLog({
    folder: dataDir.logs,
    level: settings.current.logLevel,
    console: options.logToConsole ?? false,
  })
  const report = (message: string) => log.error(message)

  const events = createEventHub()
  const userStore = await openUserStore(dataDir.users, report)
  const users = await createUsers({ store: userStore, adminPassword: secrets.adminPassword, log })
  const sessions = createSessions({
    store: createSessionStore(await openState(dataDir.state('sessions.toml'), SessionsFile, report)),
    keys: createSessionKeys(secrets.secretKey),
    settings: () => settings.current.session,
    log,
  })
  const hosts = createHosts({ settings: () => settings.current.server, hostname: hostname() })
  const sharing = createSharing({
    settings,
    file: await openState(dataDir.state('sharing.toml'), SharingFile, report),
    events,
  })

  return {
    dataDir,
    settings,
    log,
    events,
    users,
    sessions,
    hosts,
    sharing,
    tokens: options.owner,
    uiDir: options.uiDir,
    /** Name of the instance, for pages. */
    name: () => settings.current.server.name,
    /** Writes what is still in memory, and lets go of the folder. */
    async close(): Promise<void> {
      await sessions.close()
      await Promise.all([userStore.file.close(), settings.file.close()])
      log.info('Stopped')
      await unlock()
    },
  }
}
