import { hostname } from 'node:os'
import { createAccessLog } from './access-log/access-log.ts'
import { openApiKeys } from './api-keys/open-api-keys.ts'
import { createAudit } from './audit/audit.ts'
import { JournalFile } from './backups/journal.ts'
import { openBackups } from './backups/open-backups.ts'
import { openBans } from './bans/open-bans.ts'
import { createEventHub } from './events/hub.ts'
import { createHeaders } from './http/headers.ts'
import { createHosts } from './http/hosts.ts'
import { createOwnAddresses } from './http/own-addresses.ts'
import type { ServerOptions } from './index.ts'
import { createJobs } from './jobs/jobs.ts'
import { openLimits } from './limits/open-limits.ts'
import { openLinks } from './links/open-links.ts'
import { createLog } from './log.ts'
import { createMarkdown } from './markdown/markdown.ts'
import { createProblems } from './problems/problems.ts'
import { openProxies } from './proxies/open-proxies.ts'
import { openSecretKey } from './secret-key/secret-key.ts'
import { openSessions } from './sessions/open-sessions.ts'
import { createSessionLists } from './sessions/session-list.ts'
import { followConfig } from './settings/follow-config.ts'
import { createInstanceSettings } from './settings/instance-settings.ts'
import { openLooks } from './settings/open-looks.ts'
import { openSettings, overruledIn } from './settings/settings.ts'
import { listAddresses } from './sharing/addresses.ts'
import { createRedirectDoor } from './sharing/redirect-door.ts'
import { createSharing, SharingFile } from './sharing/sharing.ts'
import { createFailures } from './sign-in/failures.ts'
import { createSignInParts, openSignInWays } from './sign-in/open-sign-in.ts'
import { createSignIns } from './sign-in/sign-ins.ts'
import { openIdentities, openSso } from './sso/open-sso.ts'
import { createDataDir } from './storage/data-dir.ts'
import { createFileVault } from './storage/file-vault.ts'
import { lockInstance } from './storage/instance-lock.ts'
import { makeFolders, openState, sweepFolders } from './storage/prepare-data-dir.ts'
import { openTls } from './tls/open-tls.ts'
import { createCredentials } from './users/credentials.ts'
import { openUsers } from './users/open-users.ts'
import { hashPassword, matchesPassword } from './users/passwords.ts'
import { openUserStore, type UserStore } from './users/store.ts'

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
  const { listen, logLevel, rateLimits, secrets } = options
  const settings = await openSettings(dataDir.config, { ...listen, logLevel, rateLimits })
  const log = createLog({
    folder: dataDir.logs,
    level: settings.current.logLevel,
    files: settings.current.accessLog,
    console: options.logToConsole ?? false,
  })
  const report = (message: string) => log.error(message)

  const vault = secrets.vault ?? createFileVault(dataDir.state())
  const events = createEventHub()
  const problems = createProblems({ root: dataDir.root, events, report })
  const audit = createAudit({ path: dataDir.audit, log })
  const secretKey = await openSecretKey({
    ...{ vault, audit, log },
    secretKey: secrets.secretKey,
    fixedBy: secrets.secretKeyFixedBy,
  })
  const userStore = await openUserStore(dataDir.users)
  const apiKeys = await openApiKeys({ dataDir, users: userStore, events, audit, log })
  const credentials = await createCredentials({
    ...{ store: userStore, secrets, log },
    rules: () => settings.current.passwords,
    name: () => settings.current.server.name,
    derive: secretKey.derive,
  })
  const sessions = await openSessions({
    ...{ dataDir, secretKey, events, log },
    settings: () => settings.current.session,
    markOf: credentials.markOf,
  })
  const ownAddresses = createOwnAddresses()
  const hosts = createHosts({ settings: () => settings.current.server, hostname: hostname(), ownAddresses })
  const proxies = openProxies({ settings: () => settings.current, hosts, ownAddresses, log, events })
  const accessLog = createAccessLog({ folder: dataDir.logs, settings: () => settings.current.accessLog, log })
  const failures = createFailures()
  const { limits, pace, guesses } = openLimits({ settings: () => settings.current.rateLimit, failures })
  const bans = await openBans({
    ...{ dataDir, ownAddresses, failures, events, audit, log },
    settings: () => settings.current,
  })
  const signIns = createSignIns({ sessions, users: userStore, failures, pace, audit, log })
  const ways = await openSignInWays({ dataDir, secretKey, settings: () => settings.current.passwords, log })
  const sharing = createSharing({
    settings,
    file: await openState(dataDir.state('sharing.toml'), SharingFile, report),
    events,
    confinedBy: () => credentials.admin.confines,
  })
  credentials.admin.onChange(() => void sharing.reconsider())
  const uploadLimits = () => settings.current.uploads
  const hash = (password: string) => hashPassword(password, settings.current.passwords.hash)
  const links = await openLinks({
    ...{ dataDir, events, problems, guesses, report },
    deriveKey: secretKey.derive,
    users: namesOf(userStore),
    limits: uploadLimits,
    shareUrl: sharing.shareUrl,
    passwords: { hash, matches: matchesPassword },
  })

  const jobs = createJobs({ events, report })
  const identities = await openIdentities({ dataDir, users: namesOf(userStore), report })
  const people = await openUsers({
    ...{ dataDir, credentials, sessions, problems, events, audit, log },
    store: userStore,
    links: { ...links.links, setOwners: links.linkStore.setOwners },
    hasOtherWayIn: identities.has,
    activities: [links.transfers, jobs],
    signInWays: ways.signInWays,
  })
  const signInParts = createSignInParts({
    ...{ ways, secretKey, credentials, signIns, sessions, audit, events, log },
    ...{ users: people.users, profile: people.ownProfile, instance: () => settings.current.server.name },
  })

  settings.onChange(({ logLevel, accessLog }) => {
    log.setLevel(logLevel)
    log.setFiles(accessLog)
    events.publish('settings', {})
  })
  const overruled = overruledIn({ ...listen, logLevel }, options.overruledBy)
  const instanceSettings = createInstanceSettings({ settings, sharing, problems, audit, overruled })
  const looks = await openLooks({
    ...{ dataDir, settings, instanceSettings, problems, events, report },
    users: namesOf(userStore),
  })

  const backups = await openBackups({
    ...{
      dataDir,
      assets: links.assets,
      links: links.links,
      users: people.restored,
      jobs,
      audit,
      report,
    },
    userRows: () => userStore.file.value.users ?? {},
    journal: await openState(dataDir.state('restore.toml'), JournalFile, report),
    settings: () => settings.current.backup,
    onSettings: settings.onChange,
    version: options.version,
  })

  const tls = await openTls({
    ...{ dataDir, vault, settings, events, log },
    hostname: hostname(),
    addresses: () => listAddresses('0.0.0.0').map(it => it.host),
  })

  const sso = openSso({
    ...{ identities, users: people.users, settings, vault, signIns, audit, events, log },
    port: () => sharing.status().port,
  })

  const redirectDoor = createRedirectDoor({ settings, sharing, events })

  const stopFollowing = followConfig({
    settings,
    sharing,
    problems,
    events,
    report,
    furtherFindings: () => [...tls.findings(), ...redirectDoor.findings()],
  })

  const name = () => settings.current.server.name
  const markdown = createMarkdown({
    uiDir: options.uiDir,
    name,
    themeOf: username => looks.appearance.of(username).markdown.theme,
    origin: () => new URL(sharing.shareUrl('')).origin,
  })

  return {
    ...links,
    ...{ jobs, backups: backups.backups, restore: backups.restore },
    dataDir,
    settings,
    instanceSettings,
    ownSettings: looks.ownSettings,
    appearance: looks.appearance,
    log,
    events,
    problems,
    audit,
    ...{ credentials, users: people.users, ownProfile: people.ownProfile, acting: people.acting },
    sessions,
    ...signInParts,
    apiKeys,
    sessionLists: createSessionLists({ sessions, findUser: userStore.find, audit }),
    redirectDoor,
    ...{ tls: tls.tls, certificates: tls.certificates, authority: tls.authority, hsts: tls.hsts },
    ...{ proxies, accessLog, sso },
    loginAllow: () => settings.current.loginAllow,
    ...{ limits, guesses, bans, signIns, failures, vault, ownAddresses },
    ...{ secretKey, sealing: secretKey.sealing },
    hosts,
    headers: createHeaders(settings),
    sharing,
    markdown,
    hasPassword: (code: string) => links.linkStore.find(code)?.record.isProtected ?? false,
    htmlMode: () => settings.current.htmlMode,
    nameOf: displayNameIn(userStore),
    tokens: options.owner,
    version: options.version,
    uiDir: options.uiDir,
    /** Name of the instance, for pages. */
    name,
    /** Writes what is still in memory, and lets go of the folder. */
    async close(): Promise<void> {
      stopFollowing()
      await backups.close()
      await links.close()
      await markdown.stop()
      await tls.close()
      await Promise.all([sessions.close(), ways.close()])
      await apiKeys.close()
      await accessLog.close()
      await bans.close()
      await identities.close()
      await Promise.all([userStore.file.close(), settings.file.close(), looks.close(), people.close()])
      log.info('Stopped')
      await unlock()
    },
  }
}

/** Who there is, and when that changes. */
const namesOf = ({ names, file }: UserStore) => ({ names, onChange: file.onChange.bind(file) })

/** What a user is called on pages; undefined where that tells nobody anything. */
const displayNameIn = (users: UserStore) => (username: string) => {
  const { displayName } = users.find(username) ?? {}
  return displayName === username || displayName === 'Administrator' ? undefined : displayName
}
