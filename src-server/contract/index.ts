import { apiKeys } from './api-keys.ts'
import { backups } from './backups.ts'
import { instance } from './instance.ts'
import { jobs } from './jobs.ts'
import { links } from './links.ts'
import { markdown } from './markdown.ts'
import { problems } from './problems.ts'
import { secretKey } from './secret-key.ts'
import { sessionList } from './session-list.ts'
import { sessions } from './sessions.ts'
import { settings } from './settings.ts'
import { sharing } from './sharing.ts'
import { transfers, uploads } from './transfers.ts'
import { me, users } from './users.ts'

export * from './api-keys.ts'
export * from './backups.ts'
export * from './errors.ts'
export * from './events.ts'
export * from './instance.ts'
export * from './jobs.ts'
export * from './links.ts'
export * from './markdown.ts'
export * from './problems.ts'
export * from './route.ts'
export * from './secret-key.ts'
export * from './session-list.ts'
export * from './sessions.ts'
export * from './settings.ts'
export * from './sharing.ts'
export * from './transfers.ts'
export * from './users.ts'

/** Every JSON call there is. Server, clients, tests and the API document are derived from this object. */
export const api = {
  ...{ apiKeys, backups, instance, jobs, links, markdown, me, problems },
  ...{ secretKey, sessionList, sessions, settings, sharing, transfers, uploads, users },
}
